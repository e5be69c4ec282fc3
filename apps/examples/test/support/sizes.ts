import { createHash } from 'node:crypto'
import type { Echo, ToldOutcome } from '@paylb/testing'
import { expect } from 'vitest'
import type { Example } from './examples.ts'

const sizes = [0, 300, 1_000_000]

/** Sends bodies of every size, with a length and chunked; each must reach a payment server to the byte. */
export async function forwardEverySize(url: string): Promise<void> {
  for (const size of sizes) {
    const bytes = Buffer.alloc(size, 'paylb')
    const sha256 = createHash('sha256').update(bytes).digest('hex')
    for (const body of [bytes, chunked(bytes)]) {
      const init = { method: 'POST', headers: { authorization: 'Bearer shop' }, body, duplex: 'half' } as const
      const answer = await fetch(`${url}/payments/echo`, init)
      expect(((await answer.json()) as Echo).body).toMatchObject({ length: size, sha256 })
    }
  }
}

/** Sends orders of every size. The payment server refuses the last one: it takes charges up to 64 KiB. */
export async function chargeEverySize(
  { order, outcomeOf }: Example,
  url: string,
): Promise<readonly (readonly [string, ToldOutcome])[]> {
  const told: [string, ToldOutcome][] = []
  for (const size of sizes) {
    const reference = `order-of-${size}-bytes`
    const { path, headers, body } = order(reference, 'x'.repeat(size))
    const answer = await fetch(url + path, { method: 'POST', headers, body })
    told.push([reference, (await outcomeOf(answer)) as ToldOutcome])
  }
  expect(told.map(([, outcome]) => outcome)).toEqual(['succeeded', 'succeeded', 'rejected'])
  return told
}

function chunked(bytes: Buffer): ReadableStream<Uint8Array> {
  const parts = [bytes.subarray(0, 100), bytes.subarray(100)].filter((part) => part.length > 0)
  return ReadableStream.from(parts)
}
