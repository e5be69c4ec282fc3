import { execFile } from 'node:child_process'
import { promisify } from 'node:util'

import { expect, test } from 'vitest'

import { startRawServer } from '../support/raw-server.ts'

const packageFolder = new URL('../../', import.meta.url)

/* Checks with a timeout of minutes on a server that never answers, in a process that has nothing else to do. */
async function runChecks(url: string, until: string): Promise<string> {
  const script = `
    import { createBalancer } from '@paylb/core'
    import { createHealthChecker } from '@paylb/undici'
    const check = { intervalMs: 600_000, timeoutMs: 600_000 }
    const servers = [{ url: '${url}', healthCheck: { ...check, path: '/' } }, { url: 'http://127.0.0.1:1', healthCheck: check }]
    createHealthChecker(createBalancer({ servers }), { random: () => ${until === 'its turn' ? 0.9 : 0} })
    ${until === 'its turn' ? '' : 'setTimeout(() => {}, 500)'}
    console.log('running')`
  const flags = ['--conditions=paylb-source', '--no-warnings', '--input-type=module', '--eval', script]
  const { stdout } = await promisify(execFile)(process.execPath, flags, { cwd: packageFolder, timeout: 20_000 })
  return stdout.trim()
}

test.each(['its turn', 'an answer over http', 'an answer over https'])(
  'a check that waits for %s does not keep the process alive',
  async (until) => {
    const server = await startRawServer()
    const scheme = until.endsWith('https') ? 'https' : 'http'
    expect(await runChecks(`${scheme}://127.0.0.1:${server.port}`, until)).toBe('running')
    expect(server.sockets.length).toBe(until === 'its turn' ? 0 : 1)
  },
  30_000,
)
