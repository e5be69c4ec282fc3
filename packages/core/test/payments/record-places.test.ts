import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { PaymentRecord } from '../../src/payments/journal.ts'
import { RecordPlaces } from '../../src/payments/record-places.ts'

const recordOf = (key: string) => ({ key }) as PaymentRecord

/** Lets as many payments come and go as it takes for the map to begin again, several times. */
function churn(places: RecordPlaces, prefix = 'gone'): void {
  for (let turn = 0; turn < 5_000; turn += 1) {
    const key = `${prefix} ${turn}`
    places.set(key, recordOf(key))
    places.delete(key)
  }
}

test('records are found under their keys, in the order in which these came, however many came and went in between', () => {
  const step = fc.tuple(fc.constantFrom('set', 'delete', 'churn'), fc.constantFrom('a', 'b', 'c', 'd', 'e'))
  fc.assert(
    fc.property(fc.array(step, { maxLength: 30 }), (steps) => {
      const places = new RecordPlaces()
      const model = new Map<string, PaymentRecord>()
      for (const [kind, key] of steps) {
        if (kind === 'churn') churn(places)
        if (kind === 'delete') [places, model].forEach((each) => void each.delete(key))
        if (kind === 'set') [places, model].forEach((each) => void each.set(key, recordOf(key)))
      }
      expect([...places.values()]).toEqual([...model.values()])
      expect(places.size).toBe(model.size)
      for (const key of ['a', 'b', 'c', 'd', 'e']) expect(places.get(key)).toEqual(model.get(key))
    }),
    { numRuns: 50 },
  )
})

test('a list that is being read names none that is gone and none twice, when others take their places meanwhile', () => {
  const places = new RecordPlaces()
  for (const key of ['a', 'b', 'c', 'd']) places.set(key, recordOf(key))
  const list = places.values()
  expect(list.next().value).toEqual(recordOf('a'))
  churn(places)
  places.delete('b')
  places.delete('c')
  places.set('e', recordOf('e'))
  places.set('c', recordOf('c'))
  expect([...list]).toEqual([recordOf('d')])
})
