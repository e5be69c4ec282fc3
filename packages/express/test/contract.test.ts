import { adapterContract, startPaymentServer } from '@paylb/testing'
import { describe, expect, onTestFinished, test } from 'vitest'
import { mountExpress, mountExpress4 } from './support/mount.ts'

const rules = adapterContract.map((rule) => [rule.name, rule] as const)

describe('the adapter contract holds for Express 5', () => {
  test.for(rules)('%s', async ([, rule]) => {
    expect(await rule.check(mountExpress)).toBeUndefined()
  })
})

/*
 * Express 4 takes a second slash off together with the mount path: `/payments//x` is `/x` before paylb sees it, an
 * ordinary path. These rules use it as an example of a path that is refused.
 */
const needTheSecondSlash: ReadonlySet<string> = new Set([
  'a path that a server could read as another one is refused, also after the mount path was taken off',
  'after a problem the connection serves the next request, or was announced to close',
  'pipelined requests are answered in their order',
])

describe('the adapter contract holds for Express 4', () => {
  test.for(rules.filter(([name]) => !needTheSecondSlash.has(name)))('%s', async ([, rule]) => {
    expect(await rule.check(mountExpress4)).toBeUndefined()
  })

  test('and a second slash after the mount path never reaches a server', async () => {
    const server = await startPaymentServer({ recordRequests: true })
    const app = await mountExpress4({ balancer: { servers: [server.url] }, settings: {} })
    onTestFinished(async () => {
      await app.close()
      await server.close()
    })
    await fetch(`${app.url}/payments//evil.example/x`)
    expect(server.requests.map((request) => request.target)).toEqual(['/evil.example/x'])
  })
})
