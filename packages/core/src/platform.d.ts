/*
 * All that core takes from the platform it runs on. Core compiles without the types of Node or a browser, so that
 * nothing else can slip in; whoever uses core gets the same names from their own platform's types.
 */
interface AbortSignal {
  readonly aborted: boolean
  readonly reason: unknown
  addEventListener(type: 'abort', listener: () => void, options?: { once?: boolean }): void
  removeEventListener(type: 'abort', listener: () => void): void
}

interface Headers {
  get(name: string): string | null
}

declare class URL {
  constructor(url: string)
  readonly protocol: string
  readonly username: string
  readonly password: string
  readonly host: string
  readonly origin: string
  readonly pathname: string
  readonly search: string
  readonly hash: string
}

declare class TextEncoder {
  encodeInto(text: string, target: Uint8Array): { readonly written: number }
}

declare const performance: { now(): number }
declare function setTimeout(callback: () => void, ms: number): unknown
declare function clearTimeout(timer: unknown): void
declare function setInterval(callback: () => void, ms: number): { unref?(): unknown }
declare function clearInterval(timer: unknown): void
declare class AbortController {
  readonly signal: AbortSignal
  abort(reason?: unknown): void
}
