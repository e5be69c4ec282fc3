/*
 * What protects a request from being executed twice when it is sent again. It decides the column of the decision
 * table. Ledgers are not consulted yet: a key alone does not protect until the ledger that knows it is declared and
 * pinned, so for now keyed and bare payments share the strictest column.
 */

/** The columns of the decision table. */
export type Protection = 'safe' | 'keyed-same-ledger' | 'keyed-other-ledger' | 'bare'

/** Whether a method never changes anything, so that it may be repeated (RFC 9110, section 9.2.1). */
export function isSafeMethod(method: string): boolean {
  return method === 'GET' || method === 'HEAD' || method === 'OPTIONS'
}

/** What protects this request. */
export function protectionOf(request: { method?: string; idempotent?: boolean }): Protection {
  return request.idempotent === true || isSafeMethod(request.method ?? 'POST') ? 'safe' : 'bare'
}
