import { done, refuse } from '../answer.ts';
import { fieldsOf } from '../json.ts';
import { clientConfig } from '../socket/connection.ts';
import type { Api, Tenant } from './api.ts';

/** Feishu docs, long connection: more connections than this are refused. */
const maxConnections = 50;

/** Where a client of the long connection has to connect to. Codes as the official SDKs list them; HTTP 200 with all. */
export function endpointApi({ settings, sockets }: Tenant): Api {
  const { app, pace } = settings;
  return {
    name: 'endpoint',
    method: 'POST',
    path: /^\/callback\/ws\/endpoint$/,
    needs: 'nothing',
    accept({ body, headers: { host } }) {
      const { AppID, AppSecret } = fieldsOf(body);
      if (AppID !== app.id || AppSecret !== app.secret) return refuse(200, 514, 'auth failed');
      if (settings.subscription !== 'websocket') return refuse(200, 403, 'the app does not use the long connection');
      if (sockets.open >= maxConnections) return refuse(200, 1000040350, 'exceed connection limit');
      return () => done({ data: { URL: `ws://${host}${sockets.newAddress()}`, ClientConfig: clientConfig(pace) } });
    },
  };
}
