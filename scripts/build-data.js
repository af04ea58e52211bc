import { cpSync } from 'node:fs';
import { compile } from '../dist/handlers/intent/index.js';
import { readPhrases } from '../dist/src/phrases.js';
import { writePrepared } from '../dist/src/prepared.js';

// tsc leaves data behind; the phrases go where the compiled code looks for them, and compiled themselves.
cpSync('handlers/intent', 'dist/handlers/intent', {
  recursive: true,
  filter: (path) => !path.endsWith('.ts'),
});
writePrepared(compile(readPhrases({})));
