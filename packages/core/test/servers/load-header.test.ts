import { expect, test } from 'vitest'
import { readLoadHeader } from '../../src/servers/reported-load.ts'

test.each([
  ['TEXT cpu_utilization=0.3', 0.3],
  ['TEXT cpu_utilization=0.3,mem_utilization=0.8', 0.3],
  ['TEXT mem_utilization=0.8, application_utilization=0.6 , cpu_utilization=0.3', 0.6],
  ['TEXT application_utilization = 1.7', 1.7],
  ['TEXT application_utilization=0, cpu_utilization=0.5', 0],
  ['JSON {"cpu_utilization":0.3}', 0.3],
  ['JSON {"cpu_utilization": 0.3, "application_utilization": 0.6}', 0.6],
  ['JSON {"application_utilization": 2.5, "named_metrics": {"cpu_utilization": 0.1}}', 2.5],
  ['  JSON  {"cpu_utilization":0.3}  ', 0.3],
  ['TEXT mem_utilization=0.8', undefined],
  ['TEXT cpu_utilization', undefined],
  ['TEXT cpu_utilization=', undefined],
  ['TEXT cpu_utilization=high', undefined],
  ['TEXT cpu_utilization=NaN', undefined],
  ['TEXT cpu_utilization=Infinity', undefined],
  ['TEXT cpu_utilization=-0.5', undefined],
  ['TEXT', undefined],
  ['', undefined],
  ['cpu_utilization=0.3', undefined],
  ['JSON {"cpu_utilization":"0.3"}', undefined],
  ['JSON {"cpu_utilization":null}', undefined],
  ['JSON {"cpu_utilization":-1}', undefined],
  ['JSON {"cpu_utilization":', undefined],
  ['JSON null', undefined],
  ['JSON 7', undefined],
  ['JSON []', undefined],
  ['JSON {"__proto__":{"cpu_utilization":0.9}}', undefined],
  ['BIN CgQIAhAD', undefined],
])('endpoint-load-metrics: %j is a load of %s', (header, expected) => {
  expect(readLoadHeader(header)).toBe(expected)
})
