import { Buffer } from 'node:buffer'
import { expect, test } from 'vitest'
import { payment } from '../../src/forwarding/workloads.ts'
import { readWrk } from '../../src/forwarding/wrk-figures.ts'
import { wrkScript } from '../../src/forwarding/wrk-script.ts'

const noErrors = { connect: 0, read: 0, write: 0, timeout: 0, status: 0 }
const counted = { requests: 200, microseconds: 1_000_000, p50: 1_500, p99: 9_000 }

function said(figures: object): string {
  return `Running 1s test @ http://127.0.0.1:1\n  1 threads and 64 connections\n\n${JSON.stringify(figures)}\n`
}

test('the figures of a run are those of its last line', () => {
  expect(readWrk(said({ ...counted, errors: noErrors }))).toEqual(counted)
})

test.for([
  [{ status: 3 }, /^3 answers that say error$/],
  [{ connect: 2, timeout: 1 }, /^2 connections refused, 1 answers too late$/],
] as const)('a run with errors %j has no figures', ([errors, message]) => {
  expect(() => readWrk(said({ ...counted, errors: { ...noErrors, ...errors } }))).toThrow(message)
})

test('a run without answers, or without words, has no figures', () => {
  expect(() => readWrk(said({ ...counted, requests: 0, errors: noErrors }))).toThrow(/not one request/)
  expect(() => readWrk('unable to connect')).toThrow(/nothing that can be read: unable to connect/)
})

test('a payment has about 330 bytes, and its script says how many', () => {
  const bytes = Buffer.byteLength(payment)
  expect([bytes > 310, bytes < 350]).toEqual([true, true])
  expect(wrkScript('POST')).toContain(`content-length: ${bytes}`)
})

test('only a payment with a key counts, so that no key comes twice', () => {
  expect(wrkScript('POST')).toMatch(/idempotency-key: RUN-'.*\n[^]*return text \.\. count \.\. after/)
  expect(wrkScript('POST without key')).not.toContain('idempotency-key')
  expect(wrkScript('GET')).toMatch(/'GET \/payments HTTP\/1\.1[^]*return text\n/)
})
