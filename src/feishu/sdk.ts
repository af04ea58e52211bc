import { createRequire } from 'node:module';

const require = createRequire(import.meta.url);

/**
 * The official SDK, and the HTTP library it uses. By `require`, since `import` searches the SDK's 6 MB for the names of its
 * exports before it runs them: half a second of every start, and 30 MB.
 */
export const lark = require('@larksuiteoapi/node-sdk') as typeof import('@larksuiteoapi/node-sdk');
export const axios = require('axios') as typeof import('axios');
