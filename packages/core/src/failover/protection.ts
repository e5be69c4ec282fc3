/*
 * What protects a request from being executed twice when it is sent again. It decides the column of the decision table.
 */

/** The columns of the decision table. */
export type Protection = 'safe' | 'keyed-same-ledger' | 'keyed-other-ledger' | 'bare'

/** Whether a method never changes anything, so that it may be repeated (RFC 9110, section 9.2.1). */
export function isSafeMethod(method: string): boolean {
  return method === 'GET' || method === 'HEAD' || method === 'OPTIONS'
}

/** Whether a request may be executed twice: by its method, or because the user marked its route. */
export function isSafe(request: { readonly method?: string; readonly idempotent?: boolean }): boolean {
  return request.idempotent === true || isSafeMethod(request.method ?? 'POST')
}
