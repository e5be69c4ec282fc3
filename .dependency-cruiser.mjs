/*
 * The arrows of the architecture, strictly downwards: apps → adapters → proxy → undici → core; axios → core, and undici where it is wanted;
 * testing → core. Tests may use testing.
 * @type {import("dependency-cruiser").IConfiguration}
 */
const mayImport = {
  core: [],
  testing: ['core'],
  undici: ['core'],
  proxy: ['core', 'undici'],
  express: ['core', 'proxy'],
  fastify: ['core', 'proxy'],
  koa: ['core', 'proxy'],
  axios: ['core', 'undici'],
  sqlite: ['core'],
}

const arrows = Object.entries(mayImport).map(([name, below]) => ({
  name: `${name}-imports-only-what-is-below-it`,
  severity: 'error',
  from: { path: `^packages/${name}/src` },
  to: { path: '^(packages|apps)/', pathNot: [name, ...below].map((allowed) => `^packages/${allowed}/`) },
}))

const rooms = {
  name: 'core-rooms-that-only-decide',
  comment: 'Strategies, health and outcomes are pure: they import no pool, no loop and no balancer.',
  severity: 'error',
  from: { path: '^packages/core/src/(strategies|health)/' },
  to: {
    path: '^packages/core/src/',
    pathNot:
      '^packages/core/src/(strategies|health|outcome)/|/(server|options|validation|balancer-options|cells|peak-ewma)\\.ts$',
    dependencyTypesNot: ['type-only'],
  },
}

export default {
  forbidden: [
    { name: 'no-unresolvable', severity: 'error', from: {}, to: { couldNotResolve: true } },
    {
      name: 'no-circular',
      severity: 'error',
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
    {
      name: 'core-imports-nothing-outside-itself',
      severity: 'error',
      from: { path: '^packages/core/src' },
      to: { pathNot: '^packages/core/src' },
    },
    rooms,
    ...arrows,
  ],
  options: {
    parser: 'swc',
    tsPreCompilationDeps: true,
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '(^|/)dist/|(^|/)test/|^apps/release/outside/' },
    tsConfig: { fileName: 'tsconfig.base.json' },
    enhancedResolveOptions: {
      conditionNames: ['paylb-source', 'import', 'types', 'default'],
      exportsFields: ['exports'],
    },
  },
}
