interface Host {
  readonly host: string;
  readonly port: number;
}

/** Holds for every Redis server behind the address. In the names of ioredis, like all options here. */
interface Access {
  readonly username?: string;
  readonly password?: string;
  readonly tls?: object;
}

interface Master extends Access {
  readonly sentinels: Host[];
  readonly name: string;
  readonly db: number;
  readonly sentinelUsername?: string;
  readonly sentinelPassword?: string;
  readonly sentinelTLS?: object;
  readonly enableTLSForSentinelMode?: true;
}

/** Where Redis is: one server, sentinels that know the master of the moment, or some nodes of a cluster. */
export type RedisAddress =
  | { readonly kind: 'server'; readonly url: string }
  | { readonly kind: 'sentinel'; readonly master: Master }
  | { readonly kind: 'cluster'; readonly nodes: readonly Host[]; readonly access: Access };

const FORMS = {
  sentinel: 'redis+sentinel://user:password@host:26379,host2:26379/master-name/0',
  cluster: 'redis+cluster://user:password@host:6379,host2:6379',
} as const;

const DEFAULT_PORT = { sentinel: 26_379, cluster: 6_379 } as const;

/** TLS, kind, user and password, hosts, path, parameters. The last @ ends the password, as in every URL. */
const SEVERAL_HOSTS = /^redis(s?)\+(sentinel|cluster):\/\/(?:([^/?#]*)@)?([^/?#@]*)([^?#]*)(?:\?([^#]*))?$/;

/**
 * Reads a QUEUE_URL that names a Redis. In the forms with several hosts, which are those of other tools, the user, the
 * password and TLS (`rediss+…`) hold for every server; sentinels have a `sentinel_username` and `sentinel_password` of
 * their own among the parameters.
 *
 * @throws Error, the rest of a sentence that begins with QUEUE_URL, and quotes no value.
 */
export function readRedisAddress(url: string): RedisAddress {
  if (/^rediss?:/.test(url)) return readServer(url);
  const [, tls, kind, credentials = '', hosts = '', path = '', query = ''] = SEVERAL_HOSTS.exec(url) ?? [];
  if (kind !== 'sentinel' && kind !== 'cluster') {
    throw new Error(`cannot be read; write ${FORMS.sentinel} or ${FORMS.cluster}, or rediss+… for TLS`);
  }
  const nodes = hosts.split(',').map((host) => readHost(host, kind));
  const access = { ...readCredentials(credentials), ...(tls && { tls: {} }) };
  const parameters = Object.fromEntries(new URLSearchParams(query));
  if (kind === 'cluster') {
    if (!/^\/?0?$/.test(path)) throw new Error('names a database, and a cluster has none: end it after the last host');
    refuseParameters(parameters);
    return { kind, nodes, access };
  }
  const sentinels = { sentinels: nodes, ...readSentinelAccess(parameters, tls) };
  return { kind, master: { ...access, ...sentinels, ...readMaster(path) } };
}

function readServer(url: string): RedisAddress {
  if (URL.canParse(url) && !new URL(url).hostname.includes(',')) return { kind: 'server', url };
  throw new Error(
    `cannot be read; write redis://user:password@host:6379/0. Several hosts are ${FORMS.sentinel} or ${FORMS.cluster}`,
  );
}

/** `URL` knows IPv6, and refuses what is no host or no port. */
function readHost(text: string, kind: keyof typeof FORMS): Host {
  if (!URL.canParse(`redis://${text}`)) throw new Error(`has a host that cannot be read; write ${FORMS[kind]}`);
  const { hostname, port } = new URL(`redis://${text}`);
  if (hostname === '') throw new Error(`has an empty host; write ${FORMS[kind]}`);
  return { host: hostname.replace(/^\[|\]$/g, ''), port: Number(port || DEFAULT_PORT[kind]) };
}

function readCredentials(text: string): Access {
  const [user = '', ...rest] = text.split(':');
  const [username, password] = [decode(user), decode(rest.join(':'))];
  return { ...(username && { username }), ...(password && { password }) };
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw new Error('has a % that encodes nothing; write %25 for it');
  }
}

/** The name of the master, and after it the number of the database. */
function readMaster(path: string): Pick<Master, 'name' | 'db'> {
  const [, name = '', db = '', ...more] = path.split('/');
  if (name === '') throw new Error(`lacks the name of the master after its hosts; write ${FORMS.sentinel}`);
  if (!/^\d{0,4}$/.test(db) || more.length > 0) {
    throw new Error(`has no number of a database after the name of the master; write ${FORMS.sentinel}`);
  }
  return { name: decode(name), db: Number(db) };
}

function readSentinelAccess(parameters: Readonly<Record<string, string>>, tls: string | undefined): Partial<Master> {
  const { sentinel_username, sentinel_password, ...others } = parameters;
  refuseParameters(others);
  return {
    ...(sentinel_username && { sentinelUsername: sentinel_username }),
    ...(sentinel_password && { sentinelPassword: sentinel_password }),
    ...(tls && { sentinelTLS: {}, enableTLSForSentinelMode: true }),
  };
}

function refuseParameters(parameters: Readonly<Record<string, string>>): void {
  const [name] = Object.keys(parameters);
  if (name !== undefined) throw new Error(`has a parameter that nothing reads: ${name}`);
}
