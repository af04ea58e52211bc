import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { parse, parseAllDocuments } from 'yaml';
import { z } from 'zod';
import { common, web, worker } from '../src/environment.ts';
import { SECRETS } from '../src/secret-files.ts';
import { EVENTS_PATH } from '../src/web.ts';

const read = (file: string) => readFileSync(file, 'utf8');
const DEFAULTS = common.extend(web.shape).extend(worker.shape);
const KNOWN: ReadonlySet<string> = new Set([
  ...Object.keys(DEFAULTS.shape),
  ...SECRETS.map((name) => `${name}_FILE`),
  'NODE_ENV',
]);
const { OPS_PORT, PORT } = common.pick({ OPS_PORT: true }).extend({ PORT: web.shape.PORT }).parse({});
const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> };

const port = z.object({ name: z.string().optional(), containerPort: z.number() });
const probe = z.object({ httpGet: z.object({ path: z.string(), port: z.string() }) });
const container = z.object({
  image: z.string(),
  env: z.array(z.object({ name: z.string(), value: z.string() })),
  ports: z.array(port),
  livenessProbe: probe,
  readinessProbe: probe,
  volumeMounts: z.array(z.object({ mountPath: z.string() })),
});
const deployment = z.object({
  kind: z.literal('Deployment'),
  metadata: z.object({ name: z.string() }),
  spec: z.object({
    template: z.object({
      spec: z.object({ terminationGracePeriodSeconds: z.number(), containers: z.tuple([container]) }),
    }),
  }),
});
type Deployment = z.infer<typeof deployment>;

const MANIFESTS = readdirSync('deploy/kubernetes').map((name) => `deploy/kubernetes/${name}`);
const documents = MANIFESTS.flatMap((file) => parseAllDocuments(read(file)).map((each) => each.toJS() as unknown));
const deployments = documents.flatMap((each): Deployment[] => {
  const { success, data } = deployment.safeParse(each);
  return success ? [data] : [];
});
const { data: settings } = z
  .object({ kind: z.literal('ConfigMap'), data: z.record(z.string(), z.string()) })
  .parse(documents.find((each) => z.object({ kind: z.literal('ConfigMap') }).safeParse(each).success));

const service = z.object({
  environment: z.record(z.string(), z.string()).optional(),
  ports: z.array(z.string()).optional(),
});
const compose = z
  .object({ services: z.record(z.string(), service) })
  .parse(parse(read('compose.yaml'), { merge: true }));

test('every variable that a deployment sets is one that is read', () => {
  const unit = [...read('deploy/feishu-helpdesk-bot.service').matchAll(/^Environment=(\w+)=/gm)].map(
    ([, name]) => name,
  );
  const pods = deployments.flatMap(({ spec }) => spec.template.spec.containers[0].env.map(({ name }) => name));
  const services = Object.values(compose.services).flatMap(({ environment = {} }) => Object.keys(environment));
  const set = [...unit, ...pods, ...Object.keys(settings), ...services];
  expect(set.length).toBeGreaterThan(10);
  expect(set.filter((name) => !KNOWN.has(name ?? ''))).toEqual([]);
});

/** The variables without a default, and the queue that both roles share. */
const NEEDED = {
  all: ['FEISHU_APP_ID', 'FEISHU_APP_SECRET', 'QUEUE_URL'],
  web: ['FEISHU_ENCRYPT_KEY', 'FEISHU_VERIFICATION_TOKEN'],
  worker: ['FEISHU_HELPDESK_ID', 'FEISHU_HELPDESK_TOKEN'],
};

test('web and worker are deployed apart, each with the secrets its role needs', () => {
  const rolesOf = (names: Record<string, string>[]) => names.map(({ ROLE }) => ROLE).sort();
  const envs = deployments.map(({ spec }) =>
    Object.fromEntries(spec.template.spec.containers[0].env.map(({ name, value }) => [name, value])),
  );
  expect(rolesOf(envs)).toEqual(['web', 'worker']);
  for (const env of envs) {
    const given = Object.keys({ ...settings, ...env }).map((name) => name.replace(/_FILE$/, ''));
    expect(given).toEqual(expect.arrayContaining(NEEDED.all));
    expect(given).toEqual(expect.arrayContaining(env.ROLE === 'web' ? NEEDED.web : NEEDED.worker));
  }
  const services = Object.values(compose.services).flatMap(({ environment }) => (environment ? [environment] : []));
  expect(rolesOf(services)).toEqual(['web', 'worker']);
});

test('probes ask the paths that there are, on the ports that are listened on', () => {
  const paths = [...read('src/ops.ts').matchAll(/router\.get\('(\/\w+)'/g)].map(([, path]) => path);
  for (const { spec } of deployments) {
    const { ports, livenessProbe, readinessProbe } = spec.template.spec.containers[0];
    const numbers = Object.fromEntries(ports.map(({ name = '', containerPort }) => [name, containerPort]));
    expect(numbers).toMatchObject({ ops: OPS_PORT, ...('events' in numbers && { events: PORT }) });
    expect(livenessProbe.httpGet).toEqual({ path: '/healthz', port: 'ops' });
    expect(readinessProbe.httpGet).toEqual({ path: '/readyz', port: 'ops' });
    expect(paths).toEqual(expect.arrayContaining(['/healthz', '/readyz', '/metrics']));
  }
  expect(compose.services.web?.ports).toEqual([`127.0.0.1:${PORT}:${PORT}`, `127.0.0.1:${OPS_PORT}:${OPS_PORT}`]);
  expect(read('Dockerfile')).toContain(`EXPOSE ${PORT} ${OPS_PORT}`);
  expect(read('Dockerfile')).toContain(`process.env.OPS_PORT || ${OPS_PORT}) + '/healthz'`);
});

test('a secret is mounted where its variable looks for it', () => {
  for (const { spec } of deployments) {
    const { env, volumeMounts } = spec.template.spec.containers[0];
    const paths = [...env, ...Object.entries(settings).map(([name, value]) => ({ name, value }))].flatMap(
      ({ name, value }) => (name.endsWith('_FILE') ? [value] : []),
    );
    expect(paths.length).toBeGreaterThan(2);
    for (const path of paths) expect(volumeMounts.some(({ mountPath }) => path.startsWith(`${mountPath}/`))).toBe(true);
  }
});

test('everything is given the time that stopping may take', () => {
  const STOP_SECONDS = 15;
  for (const { spec } of deployments)
    expect(spec.template.spec.terminationGracePeriodSeconds).toBeGreaterThan(STOP_SECONDS + 5);
  expect(read('deploy/feishu-helpdesk-bot.service')).toMatch(/^KillMode=mixed$/m);
  expect(read('deploy/feishu-helpdesk-bot.service')).toMatch(/^TimeoutStopSec=30$/m);
});

test('images, units and build know the one way the service is started', () => {
  const [program = '', ...args] = (scripts.start ?? '').split(' ');
  expect(read('Dockerfile')).toContain(`ENTRYPOINT ${JSON.stringify([program, ...args]).replaceAll(',', ', ')}`);
  expect(read('deploy/feishu-helpdesk-bot.service')).toContain(`ExecStart=/usr/bin/${program} ${args.join(' ')}`);
});

test('the image is made of files that are there and not ignored, and runs as nobody in particular', () => {
  const image = read('Dockerfile');
  const copied = [...image.matchAll(/^COPY (?!--from)(.+) \S+$/gm)].flatMap(([, files = '']) => files.split(' '));
  const sent = read('.dockerignore')
    .split('\n')
    .flatMap((line) => (line.startsWith('!') ? [line.slice(1)] : []));
  expect(copied.filter((file) => !existsSync(file))).toEqual([]);
  expect(new Set(copied)).toEqual(new Set(sent));
  expect(image).toMatch(/^USER node$/m);
  expect(image).toContain('--omit=dev --omit=optional');
});

test('the kustomization names manifests that are there', () => {
  const { resources } = z
    .object({ resources: z.array(z.string()) })
    .parse(parse(read('deploy/kubernetes/kustomization.yaml')));
  expect(resources.filter((name) => !existsSync(`deploy/kubernetes/${name}`))).toEqual([]);
});

test('workers are scaled by a number that is exported', () => {
  const [query = ''] = /query: .+/.exec(read('deploy/kubernetes/scaling.yaml')) ?? [];
  expect(query).toContain('bullmq_job_count');
  expect(read('src/queue-gauges.ts')).toContain("'bullmq_job_count'");
});

test('Feishu is led to the path that takes events', () => {
  expect(read('README.md')).toContain(EVENTS_PATH);
});
