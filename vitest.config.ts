import { defineConfig } from 'vitest/config'

const source = { resolve: { conditions: ['paylb-source'] }, ssr: { resolve: { conditions: ['paylb-source'] } } }

export default defineConfig({
  test: {
    testTimeout: 20_000, // no test takes so long; a machine that others use as well may
    reporters:
      process.env['CI'] === undefined ? ['default'] : ['default', ['json', { outputFile: 'test-report.json' }]],
    coverage: { provider: 'v8', include: ['packages/*/src/**'] },
    projects: [
      {
        extends: true,
        ...source,
        test: { name: 'unit', include: ['packages/*/test/**/*.test.ts', 'apps/*/test/**/*.test.ts'] },
      },
      {
        test: {
          name: 'types',
          include: [],
          typecheck: {
            enabled: true,
            only: true,
            include: ['packages/*/test/**/*.test-d.ts'],
            tsconfig: './tsconfig.test.json',
          },
        },
      },
    ],
  },
})
