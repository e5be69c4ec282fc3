import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    coverage: { provider: 'v8', include: ['packages/*/src/**'], thresholds: { lines: 50 } },
    projects: [
      {
        extends: true,
        resolve: { conditions: ['paylb-source'] },
        ssr: { resolve: { conditions: ['paylb-source'] } },
        test: {
          name: 'unit',
          include: ['packages/*/test/**/*.test.ts'],
          benchmark: { include: ['packages/*/bench/**/*.bench.ts'] },
        },
      },
      {
        test: {
          name: 'types',
          include: [],
          benchmark: { include: [] },
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
