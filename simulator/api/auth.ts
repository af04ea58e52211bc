import { done, refuse } from '../answer.ts';
import { fieldsOf } from '../json.ts';
import type { Api, Tenant } from './api.ts';

/** The tenant token. Its refusals were seen with HTTP 200: only the code tells. */
export function tokenApi({ settings: { app }, tokens }: Tenant): Api {
  return {
    name: 'token',
    method: 'POST',
    path: /^\/open-apis\/auth\/v3\/tenant_access_token\/internal$/,
    needs: 'nothing',
    accept({ body }) {
      const { app_id, app_secret } = fieldsOf(body);
      if (typeof app_id !== 'string' || typeof app_secret !== 'string') return refuse(200, 10003, 'invalid param');
      if (app_id !== app.id) return refuse(200, 10014, 'app id not exists');
      if (app_secret !== app.secret) return refuse(200, 10015, 'app secret invalid');
      return () => {
        const { token, expireSeconds } = tokens.issue();
        return done({ tenant_access_token: token, expire: expireSeconds });
      };
    },
  };
}

/** The bot's identity, at top level and not under `data`. */
export function botInfoApi({ settings: { app } }: Tenant): Api {
  return {
    name: 'bot_info',
    method: 'GET',
    path: /^\/open-apis\/bot\/v3\/info\/?$/,
    needs: 'tenant',
    accept: () => () =>
      app.botStatus === undefined
        ? done({ bot: {} })
        : done({ bot: { open_id: app.botOpenId, app_name: app.botName, activate_status: app.botStatus } }),
  };
}

/** Which scopes the tenant granted; 1 is granted, 2 is asked for and not granted. Needs no scope itself. */
export function scopesApi({ settings: { app } }: Tenant): Api {
  return {
    name: 'scopes',
    method: 'GET',
    path: /^\/open-apis\/application\/v6\/scopes$/,
    needs: 'tenant',
    accept: () => () =>
      done({
        data: { scopes: app.scopes.map((scope_name) => ({ scope_name, grant_status: 1, scope_type: 'tenant' })) },
      }),
  };
}
