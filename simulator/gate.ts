import { type Answer, refuse } from './answer.ts';
import type { Api, ApiRequest, Tenant } from './api/api.ts';
import { apiWindows, createQuota } from './quota.ts';

/** What stands before every API: token, scopes, helpdesk header, kind of body, quota. Gives the refusal, or nothing. */
export function createGate({ settings, tokens }: Tenant): (api: Api, request: ApiRequest) => Answer | undefined {
  const quota = createQuota(apiWindows);
  const deskHeader = Buffer.from(`${settings.desk.id}:${settings.desk.token}`).toString('base64');

  const tokenRefusal = ({ headers }: ApiRequest): Answer | undefined => {
    const token = /^Bearer (\S+)$/.exec(headers.authorization ?? '')?.[1];
    if (token === undefined) return refuse(400, 99991661, 'Missing access token for authorization');
    if (!/^[tu]-/.test(token)) return refuse(400, 99991671, 'Invalid access token: it must start with "t-" or "u-"');
    return tokens.valid(token) ? undefined : refuse(400, 99991663, 'Invalid access token for authorization');
  };

  // Feishu docs, helpdesk guide: bare base64. One SDK sends "Bearer " before it; that is refused here.
  const deskRefusal = ({ headers }: ApiRequest): Answer | undefined =>
    headers['x-lark-helpdesk-authorization'] === deskHeader ? undefined : refuse(401, 154001, 'helpdesk auth failed');

  const scopeRefusal = ({ scopes = [] }: Api): Answer | undefined => {
    if (scopes.length === 0 || scopes.some((scope) => settings.app.scopes.includes(scope))) return undefined;
    return refuse(400, 99991672, `Access denied. One of the following scopes is required: [${scopes.join(', ')}].`);
  };

  const quotaRefusal = ({ quota: key }: Api): Answer | undefined => {
    if (key === undefined || !settings.enforceQuota) return undefined;
    const waitMs = quota.admit(key, settings.now());
    if (waitMs === undefined) return undefined;
    const reset = String(Math.max(1, Math.ceil(waitMs / 1000)));
    return refuse(429, 99991400, 'request trigger frequency limit', {
      'x-ogw-ratelimit-limit': '50',
      'x-ogw-ratelimit-reset': reset,
    });
  };

  return (api, request) =>
    (api.needs === 'nothing' ? undefined : tokenRefusal(request)) ??
    scopeRefusal(api) ??
    (api.method === 'GET' ? undefined : kindRefusal(request)) ??
    quotaRefusal(api) ??
    (api.needs === 'desk' ? deskRefusal(request) : undefined);
}

function kindRefusal({ headers, body }: ApiRequest): Answer | undefined {
  const kind = headers['content-type'] ?? '';
  if (!/^application\/json\s*(;\s*charset=utf-8\s*)?$/i.test(kind))
    return refuse(400, 9499, `Bad Request: content type ${kind}`);
  return typeof body === 'object' && body !== null
    ? undefined
    : refuse(400, 9499, 'Bad Request: the body is not a JSON object');
}
