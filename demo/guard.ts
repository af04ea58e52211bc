import type { Context } from 'koa';
import { ZodError } from 'zod';

/** Nothing is loaded from elsewhere, no text becomes HTML, and no other page may frame this one. */
const HEADERS: Readonly<Record<string, string>> = {
  'content-security-policy': [
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'",
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    "require-trusted-types-for 'script'; trusted-types 'none'",
  ].join('; '),
  'cache-control': 'no-store',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
};

/**
 * For this machine's own browser alone: a name that only points to the loopback (DNS rebinding) is not it, and a foreign
 * page may not post.
 */
export async function guard(ctx: Context, next: () => Promise<unknown>): Promise<void> {
  ctx.set(HEADERS);
  if (!/^(127\.0\.0\.1|localhost|\[::1\])(:\d+)?$/.test(ctx.get('host'))) ctx.throw(421, 'only for the loopback');
  const reads = ctx.method === 'GET' || ctx.method === 'HEAD';
  if (!reads && ctx.get('origin') !== `http://${ctx.get('host')}`) ctx.throw(403, 'only from the page itself');
  try {
    await next();
  } catch (error) {
    if (!(error instanceof ZodError)) throw error;
    ctx.throw(400, error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`).join('; '));
  }
}
