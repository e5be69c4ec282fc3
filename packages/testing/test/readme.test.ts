import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'

const example = new URL('./readme-example.ts', import.meta.url)

test('the example in the README is the one that runs here', () => {
  const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8')
  expect(readme).toContain(`\`\`\`ts\n${readFileSync(example, 'utf8')}\`\`\``)
})

test('the example does what its comments say', async () => {
  const run = promisify(execFile)
  const { stdout } = await run(process.execPath, ['--conditions=paylb-source', fileURLToPath(example)])
  expect(stdout).toMatch(/^succeeded +1$/mu)
  expect(stdout).toMatch(/^unknown +1$/mu)
  expect(stdout).toMatch(/^executions +2$/mu)
  expect(stdout).toMatch(/agree with what was told\.\n$/u)
})
