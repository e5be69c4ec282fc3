import { codeOf } from '../trouble.ts'

/*
 * Why a handshake failed, in words that say what to do: OpenSSL's own are for those who know its source. They are
 * looked up by what OpenSSL and Node call the failure, and are words only, never evidence.
 */

const reasons: readonly (readonly [RegExp, string])[] = [
  [
    /^(?:DEPTH_ZERO_SELF_SIGNED_CERT|SELF_SIGNED_CERT_IN_CHAIN)\b/u,
    'its certificate is signed by an authority that is not trusted; if it is yours, give it as tls.ca',
  ],
  [
    /^UNABLE_TO_(?:VERIFY_LEAF_SIGNATURE|GET_ISSUER_CERT)/u,
    'nobody who is trusted vouches for its certificate; give its authority as tls.ca, or have the server send its whole chain',
  ],
  [/^CERT_SIGNATURE_FAILURE\b/u, 'its certificate was not signed by the authority that it names; check tls.ca'],
  [/^CERT_HAS_EXPIRED\b/u, 'its certificate has expired; the server needs a new one'],
  [/^CERT_NOT_YET_VALID\b/u, 'its certificate is not valid yet; check the clocks'],
  [
    /^ERR_TLS_CERT_ALTNAME_INVALID\b/u,
    'its certificate is for another name; use that name in the URL, or give it as tls.servername',
  ],
  [
    /UNSUPPORTED_PROTOCOL|ALERT_PROTOCOL_VERSION|NO_PROTOCOLS_AVAILABLE/u,
    'it speaks no TLS that is safe; it must speak 1.2 or newer',
  ],
  [/NO_APPLICATION_PROTOCOL/u, 'it speaks HTTP/2 only, over which it cannot be proven whether a payment was sent'],
  [
    /WRONG_VERSION_NUMBER|PACKET_LENGTH_TOO_LONG|HTTP_REQUEST/u,
    'it does not speak TLS; check the scheme and the port of its URL',
  ],
  [
    /ALERT_(?:BAD_CERTIFICATE|CERTIFICATE_\w+|UNSUPPORTED_CERTIFICATE|UNKNOWN_CA|ACCESS_DENIED)|CERTIFICATE_REQUIRED/u,
    'it wants a client certificate that it knows; check tls.cert and tls.key for this server',
  ],
  [
    /ALERT_HANDSHAKE_FAILURE|NO_SHARED_CIPHER|^ECONNRESET Client network socket disconnected before secure TLS/u,
    'it broke off the handshake; it may want a client certificate (tls.cert and tls.key), or another cipher',
  ],
]

/** The error with the reason in plain words, where it is one of a handshake; any other error as it is. */
export function explained(error: unknown): unknown {
  const code = codeOf(error)
  if (code === undefined) return error
  const reason = reasons.find(([pattern]) => pattern.test(`${code} ${(error as Error).message}`))
  if (reason === undefined) return error
  return Object.assign(new Error(`no secure connection to the server: ${reason[1]}`, { cause: error }), { code })
}
