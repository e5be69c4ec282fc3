import { Pool } from 'undici'

/** So many requests with a body of this size, so many at a time. @throws Error when one is not answered with 200 */
export async function load(pool: Pool, requests: number, atATime: number, body: Uint8Array): Promise<void> {
  let left = requests
  const lane = async (): Promise<void> => {
    while (left > 0) {
      left -= 1
      const { statusCode, body: answer } = await pool.request({ path: '/payments', method: 'POST', body })
      await answer.dump()
      if (statusCode !== 200) throw new Error(`a request of ${body.length} bytes was answered with ${statusCode}`)
    }
  }
  await Promise.all(Array.from({ length: atATime }, lane))
}
