import axios from 'axios'
import type { AxiosInstance } from 'axios'
import { paylb } from '../../src/index.ts'
import type { Balanced, PaylbOptions } from '../../src/index.ts'

/** A balanced instance that always tries the first server that is left. */
export function inOrder(
  servers: readonly string[],
  instance: AxiosInstance = axios.create(),
  options: Partial<PaylbOptions> = {},
): AxiosInstance & Balanced {
  const strategy = { name: 'in-order', pick: ([first]: readonly unknown[]) => first } as NonNullable<
    PaylbOptions['strategy']
  >
  return paylb(instance, { ...options, servers, strategy })
}
