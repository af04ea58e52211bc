import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { type AtEnd, temporaryFolder, until } from '../support/service.ts';
import { freePort, type OwnRedis, ownRedis, redisProgram, SAFE } from './servers.ts';

/** Redis servers of the test's own that replace each other. */
export interface Group {
  readonly url: string;
  /** Who has the app's data now. */
  readonly master: OwnRedis;
  readonly servers: readonly OwnRedis[];
  /** Returns when what was written so far has a copy. */
  copied(): Promise<void>;
  /** Returns when another server is the master. */
  promoted(): Promise<void>;
}

/** Whether the program that makes a cluster of servers is here; the server itself is looked for in `servers.ts`. */
export const hasRedisCli = redisProgram !== undefined && spawnSync('redis-cli', ['--version']).status === 0;

async function copied(master: OwnRedis): Promise<void> {
  await master.admin.wait(1, 10_000);
}

/** A master, its replica, and a sentinel that judges alone and at once. */
export async function sentinelGroup(atEnd: AtEnd): Promise<Group> {
  const quick = [...SAFE, '--repl-diskless-sync', 'yes'];
  const [master, replica] = await Promise.all([ownRedis(atEnd, quick), ownRedis(atEnd, quick)]);
  await replica.admin.replicaof('127.0.0.1', master.port);
  await until(async () => (await replica.admin.info('replication')).includes('master_link_status:up'), 'replication');
  const port = await startSentinel(master.port, atEnd);
  const sentinel = new Redis(port, '127.0.0.1').on('error', () => {});
  atEnd(async () => sentinel.disconnect());
  await until(
    async () => ((await sentinel.call('SENTINEL', 'REPLICAS', 'desk')) as unknown[]).length === 1,
    'the replica to be seen',
  );
  const nobody = await freePort();
  return {
    url: `redis+sentinel://127.0.0.1:${nobody},127.0.0.1:${port}/desk/1`,
    master,
    servers: [master, replica],
    copied: () => copied(master),
    promoted: () => until(async () => (await replica.admin.role())[0] === 'master', 'the promotion', 20_000),
  };
}

async function startSentinel(masterPort: number, atEnd: AtEnd): Promise<number> {
  const [folder, port] = await Promise.all([temporaryFolder(atEnd), freePort()]);
  const lines = [
    `port ${port}`,
    'bind 127.0.0.1',
    `dir ${folder}`,
    `sentinel monitor desk 127.0.0.1 ${masterPort} 1`,
    'sentinel down-after-milliseconds desk 500',
    'sentinel failover-timeout desk 3000',
  ];
  const file = join(folder, 'sentinel.conf');
  await writeFile(file, `${lines.join('\n')}\n`);
  const child = spawn(redisProgram ?? 'redis-server', [file, '--sentinel'], { stdio: 'ignore' });
  atEnd(async () => {
    child.kill();
    if (child.exitCode === null) await once(child, 'exit');
  });
  return port;
}

/** Three masters; the one that has the app's data has a replica. */
export async function clusterGroup(appId: string, atEnd: AtEnd): Promise<Group> {
  const node = async () => {
    const options = [
      '--cluster-enabled',
      'yes',
      '--cluster-port',
      `${await freePort()}`,
      '--cluster-node-timeout',
      '1000',
    ];
    return ownRedis(atEnd, [...SAFE, ...options]);
  };
  const [masters, replica] = await Promise.all([Promise.all([node(), node(), node()]), node()]);
  const cli = (...args: string[]) => execFileSync('redis-cli', ['--cluster', ...args], { stdio: 'ignore' });
  const addresses = masters.map(({ port }) => `127.0.0.1:${port}`);
  cli('create', ...addresses, '--cluster-yes');
  const slot = await masters[0].admin.cluster('KEYSLOT', `{feishu-helpdesk:${appId}}`);
  const ranges = await masters[0].admin.cluster('SLOTS');
  const [, , owner] = ranges.find(([first, last]) => first <= slot && slot <= last) ?? [];
  const [, port = 0, id = ''] = owner ?? [];
  const master = masters.find((each) => each.port === port) ?? masters[0];
  cli('add-node', `127.0.0.1:${replica.port}`, addresses[0] ?? '', '--cluster-slave', '--cluster-master-id', id);
  await until(async () => (await replica.admin.info('replication')).includes('master_link_status:up'), 'replication');
  return {
    url: `redis+cluster://${addresses.filter((address) => !address.endsWith(`:${port}`)).join()},127.0.0.1:${port}`,
    master,
    servers: [...masters, replica],
    copied: () => copied(master),
    promoted: () => until(async () => (await replica.admin.role())[0] === 'master', 'the promotion', 20_000),
  };
}
