import { fields, valuesOf } from '@paylb/core/doors'

/*
 * Who asked, as the next server is told. What a peer says of those before it is believed only when the peer is trusted:
 * anybody can write X-Forwarded-For. Source: the semantics of Express' `trust proxy`, by the same library.
 */

/** Whether an address is trusted to say who asked it. @param hop 0 for the peer of the connection */
export type Trust = (address: string, hop: number) => boolean

/** Where a request came from, as its connection says. */
export interface Peer {
  readonly address: string | undefined
  readonly host: string
  readonly isEncrypted: boolean
}

/** Nobody is. */
export const trustNobody: Trust = () => false

/* `X_Forwarded_For` becomes `X-Forwarded-For` in servers that map both to one variable. */
const written: ReadonlySet<string> = new Set(['forwarded', 'x-real-ip'])

const [f, x] = [0x66, 0x78]

/** Whether a field says who asked: those are written anew. */
export function saysWhoAsked(name: string): boolean {
  const first = name.charCodeAt(0) | 0x20
  if (first !== f && first !== x) return false
  const dashed = name.toLowerCase().replaceAll('_', '-')
  return written.has(dashed) || dashed.startsWith('x-forwarded-')
}

/** Adds the fields that say who asked to a flat list of names and values. */
export function addForwardedFields(headers: string[], rawHeaders: readonly string[], peer: Peer, trust: Trust): void {
  const { address, host, isEncrypted } = peer
  const protocol = isEncrypted ? 'https' : 'http'
  if (address !== undefined && trust(address, 0) && namesOf(rawHeaders).some(saysWhoAsked)) {
    headers.push(...appended(rawHeaders, { address, host, protocol }))
    return
  }
  if (address !== undefined) headers.push('x-forwarded-for', address)
  headers.push('x-forwarded-proto', protocol, 'x-forwarded-host', host) // in lower case, which undici checks fastest
}

function namesOf(rawHeaders: readonly string[]): readonly string[] {
  return rawHeaders.filter((_, index) => index % 2 === 0)
}

interface TrustedPeer {
  readonly address: string
  readonly host: string
  readonly protocol: string
}

function appended(rawHeaders: readonly string[], { address, host, protocol }: TrustedPeer): string[] {
  const said = (field: string): readonly string[] => valuesOf(rawHeaders, field)
  const passed = [
    'x-forwarded-for',
    [...said('x-forwarded-for'), address].join(', '),
    'x-forwarded-proto',
    said('x-forwarded-proto').join(', ') || protocol,
    'x-forwarded-host',
    said('x-forwarded-host').join(', ') || host,
  ]
  const forwarded = said('forwarded')
  if (forwarded.length > 0) passed.push('forwarded', [...forwarded, elementOf(address, host, protocol)].join(', '))
  for (const [name, value] of fields(rawHeaders)) {
    const field = name.toLowerCase()
    const isOther = field.startsWith('x-forwarded-') && !['for', 'proto', 'host'].includes(field.slice(12))
    if (isOther || field === 'x-real-ip') passed.push(name, value)
  }
  return passed
}

/* RFC 7239: an IPv6 address stands in brackets, and what has a colon in quotes. */
function elementOf(address: string, host: string, protocol: string): string {
  const node = address.includes(':') ? `"[${address}]"` : address
  return `for=${node};host="${host}";proto=${protocol}`
}
