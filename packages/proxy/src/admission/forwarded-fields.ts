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

/** Whether a field, in lower case, says who asked: those are written anew. */
export function saysWhoAsked(field: string): boolean {
  const dashed = field.includes('_') ? field.replaceAll('_', '-') : field
  return written.has(dashed) || dashed.startsWith('x-forwarded-')
}

/** The fields that say who asked, as a flat list of names and values. */
export function forwardedFields(rawHeaders: readonly string[], peer: Peer, trust: Trust): string[] {
  const { address, host, isEncrypted } = peer
  const protocol = isEncrypted ? 'https' : 'http'
  const own = [...(address === undefined ? [] : ['X-Forwarded-For', address]), 'X-Forwarded-Proto', protocol]
  own.push('X-Forwarded-Host', host)
  if (address === undefined || !trust(address, 0)) return own
  const given = rawHeaders.filter((_, index) => index % 2 === 0).some((name) => saysWhoAsked(name.toLowerCase()))
  return given ? appended(rawHeaders, { address, host, protocol }) : own
}

interface TrustedPeer {
  readonly address: string
  readonly host: string
  readonly protocol: string
}

function appended(rawHeaders: readonly string[], { address, host, protocol }: TrustedPeer): string[] {
  const said = (field: string): readonly string[] => valuesOf(rawHeaders, field)
  const passed = [
    'X-Forwarded-For',
    [...said('x-forwarded-for'), address].join(', '),
    'X-Forwarded-Proto',
    said('x-forwarded-proto').join(', ') || protocol,
    'X-Forwarded-Host',
    said('x-forwarded-host').join(', ') || host,
  ]
  const forwarded = said('forwarded')
  if (forwarded.length > 0) passed.push('Forwarded', [...forwarded, elementOf(address, host, protocol)].join(', '))
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
