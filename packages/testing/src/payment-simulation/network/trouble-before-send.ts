import type { Trouble } from '@paylb/core'
import type { NetworkFault } from '../faults.ts'

const troubles: Readonly<Partial<Record<NetworkFault, Trouble>>> = {
  'refused-connection': 'connection',
  'connect-timeout': 'timeout',
  'reset-before-send': 'connection',
  'no-socket': 'local',
}

/** What the sender sees of a fault that strikes before the first byte has left; undefined for all others. */
export function troubleBeforeSend(fault: NetworkFault | undefined): Trouble | undefined {
  return fault === undefined ? undefined : troubles[fault]
}
