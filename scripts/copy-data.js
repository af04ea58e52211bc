import { cpSync } from 'node:fs';

// tsc leaves data behind; the phrases go where the compiled code looks for them.
cpSync('handlers/intent', 'dist/handlers/intent', {
  recursive: true,
  filter: (path) => !path.endsWith('.ts'),
});
