/* Packs every public package and checks the tarballs as users would get them. */
import { execFileSync } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'

const folder = mkdtempSync(path.join(tmpdir(), 'paylb-packages-'))
const bin = (name) => path.join('node_modules/.bin', name)
let failures = 0
let checked = 0

for (const name of readdirSync('packages')) {
  const source = path.join('packages', name)
  if (JSON.parse(readFileSync(path.join(source, 'package.json'), 'utf8')).private === true) continue
  const tarball = pack(source)
  checked += 1
  check(name, bin('publint'), ['run', tarball, '--strict'])
  check(name, bin('attw'), [tarball, '--profile', 'esm-only'])
}

rmSync(folder, { recursive: true, force: true })
console.log(`packages: ${checked} packed, ${failures} problems`)
process.exitCode = checked === 0 || failures > 0 ? 1 : 0

function pack(source) {
  const before = new Set(readdirSync(folder))
  execFileSync(path.resolve(bin('pnpm')), ['pack', '--pack-destination', folder], { cwd: source, stdio: 'pipe' })
  return path.join(
    folder,
    readdirSync(folder).find((file) => !before.has(file)),
  )
}

function check(name, command, parameters) {
  try {
    execFileSync(command, parameters, { encoding: 'utf8', stdio: 'pipe' })
  } catch (error) {
    failures += 1
    console.error(`packages: ${name}: ${path.basename(command)} failed\n${error.stdout}${error.stderr}`)
  }
}
