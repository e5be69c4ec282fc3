import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, onTestFinished, test } from 'vitest'
import { startRegistry } from '../src/registry.ts'
import type { Registry } from '../src/registry.ts'

/* What is published stays here; what is somebody else's is fetched, and nothing else goes upstream. */

test('a published package is given to who asks, and never twice the same version', async () => {
  const { registry } = await registries()
  expect((await publish(registry, '@paylb/one')).status).toBe(201)
  expect(registry.published).toEqual(['@paylb/one@0.1.0'])
  const packument = (await (await fetch(`${registry.url}@paylb%2fone`)).json()) as {
    readonly versions: Record<string, { readonly dist: { readonly tarball: string; readonly integrity: string } }>
  }
  const { tarball, integrity } = packument.versions['0.1.0']?.dist ?? { tarball: '', integrity: '' }
  expect(tarball).toBe(`${registry.url}@paylb/one/-/one-0.1.0.tgz`)
  expect(integrity).toMatch(/^sha512-/u)
  expect(await (await fetch(tarball)).text()).toBe('the tarball')
  expect((await publish(registry, '@paylb/one')).status).toBe(502)
})

test('our own packages never come from upstream', async () => {
  const { registry, asked } = await registries()
  expect((await fetch(`${registry.url}@paylb%2fmissing`)).status).toBe(404)
  expect(asked).toEqual([])
})

test("somebody else's cannot be published, and is not sent on", async () => {
  const { registry, asked } = await registries()
  expect((await publish(registry, 'express')).status).toBe(403)
  expect([registry.published, asked]).toEqual([[], []])
})

test("somebody else's package comes through, with its tarballs here", async () => {
  const { registry, asked } = await registries()
  const answer = await fetch(`${registry.url}express`)
  expect(await answer.json()).toEqual({ tarball: `${registry.url}express/-/express-5.0.0.tgz` })
  expect(asked).toEqual(['GET /express'])
})

async function registries(): Promise<{ readonly registry: Registry; readonly asked: readonly string[] }> {
  const asked: string[] = []
  const upstream = createServer((request, response) => {
    asked.push(`${request.method} ${request.url}`)
    response.setHeader('content-type', 'application/json')
    response.end(JSON.stringify({ tarball: `http://${request.headers.host}/express/-/express-5.0.0.tgz` }))
  })
  await new Promise<void>((resolve) => upstream.listen(0, '127.0.0.1', resolve))
  const registry = await startRegistry('@paylb', `http://127.0.0.1:${(upstream.address() as AddressInfo).port}/`)
  onTestFinished(async () => {
    await registry.close()
    upstream.close()
    upstream.closeAllConnections()
  })
  return { registry, asked }
}

function publish(registry: Registry, name: string): Promise<Response> {
  const body = {
    name,
    'dist-tags': { latest: '0.1.0' },
    versions: { '0.1.0': { name, version: '0.1.0' } },
    _attachments: { [`${name}-0.1.0.tgz`]: { data: Buffer.from('the tarball').toString('base64') } },
  }
  return fetch(`${registry.url}${encodeURIComponent(name)}`, { method: 'PUT', body: JSON.stringify(body) })
}
