import { createHash } from 'node:crypto'
import { createServer } from 'node:http'
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { buffer } from 'node:stream/consumers'

/*
 * As much of a package registry as a rehearsal needs: it takes packages of one scope, and gives everybody else's from the
 * registry that this machine uses anyway. It listens on 127.0.0.1 only, keeps everything in memory, and sends nothing
 * upstream but GET requests for packages of others.
 */

/** A registry on loopback. */
export interface Registry {
  readonly url: string
  /** What was published: name@version. */
  readonly published: readonly string[]
  close(): Promise<void>
}

const attachmentsField = '_attachments' // as npm calls it

interface Manifest {
  readonly name: string
  readonly version: string
  readonly dist: Readonly<Record<string, unknown>>
}

interface Packument {
  readonly name: string
  readonly 'dist-tags': Readonly<Record<string, string>>
  readonly versions: Readonly<Record<string, Manifest>>
  readonly [attachmentsField]?: Readonly<Record<string, { readonly data: string }>>
}

interface Shelf {
  readonly packuments: Map<string, Packument>
  readonly tarballs: Map<string, Buffer>
}

/** Starts a registry for the packages of `scope`; the others come from `upstream`. */
export async function startRegistry(scope: string, upstream: string): Promise<Registry> {
  const shelf: Shelf = { packuments: new Map(), tarballs: new Map() }
  const published: string[] = []
  const server = createServer((request, response) => {
    answer(request, response).catch((error: unknown) => reply(response, 502, { error: String(error) }))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const name = decodeURIComponent((request.url ?? '/').slice(1))
    const isOurs = name.startsWith(`${scope}/`)
    if (request.method === 'PUT' && isOurs) {
      published.push(...put(shelf, JSON.parse((await buffer(request)).toString()) as Packument, url))
      return reply(response, 201, { ok: true })
    }
    if (request.method !== 'GET') return reply(response, 403, { error: `only ${scope} is published here` })
    if (!isOurs) return await passThrough(request, response, { upstream, url })
    const tarball = shelf.tarballs.get(name)
    if (tarball !== undefined) return void response.end(tarball)
    const packument = shelf.packuments.get(name)
    reply(response, packument === undefined ? 404 : 200, packument ?? { error: 'not_found' })
  }

  const close = () =>
    new Promise<void>((resolve) => {
      server.close(() => resolve())
      server.closeAllConnections()
    })
  return { url, published, close }
}

/* A published version stays as it is, and so does its tarball. */
function put({ packuments, tarballs }: Shelf, sent: Packument, url: string): string[] {
  const before = packuments.get(sent.name)
  const attachments = Object.values(sent[attachmentsField] ?? {})
  return Object.values(sent.versions).map((manifest, nth) => {
    const { version, name } = manifest
    if (before?.versions[version] !== undefined) throw new Error(`${name}@${version} is published already`)
    const tarball = Buffer.from(attachments[nth]?.data ?? '', 'base64')
    const file = `${name}/-/${name.replace(/^.*\//u, '')}-${version}.tgz`
    const integrity = `sha512-${createHash('sha512').update(tarball).digest('base64')}`
    tarballs.set(file, tarball)
    packuments.set(name, {
      name,
      'dist-tags': { ...before?.['dist-tags'], ...sent['dist-tags'] },
      versions: { ...before?.versions, [version]: { ...manifest, dist: { integrity, tarball: `${url}${file}` } } },
    })
    return `${name}@${version}`
  })
}

/* Tarballs are then asked for here as well, so that those who install need to know no other registry. */
async function passThrough(
  { url: target = '/', headers }: IncomingMessage,
  response: ServerResponse,
  { upstream, url }: { readonly upstream: string; readonly url: string },
): Promise<void> {
  const answer = await fetch(new URL(target.slice(1), upstream), { headers: { accept: headers.accept ?? '*/*' } })
  const type = answer.headers.get('content-type') ?? 'application/octet-stream'
  response.writeHead(answer.status, { 'content-type': type })
  if (type.includes('json')) response.end((await answer.text()).replaceAll(new URL(upstream).origin + '/', url))
  else response.end(Buffer.from(await answer.arrayBuffer()))
}

function reply(response: ServerResponse, status: number, body: object): void {
  if (response.headersSent) return void response.destroy()
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
}
