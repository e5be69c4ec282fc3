import type { RequestListener } from 'node:http'
import { onTestFinished } from 'vitest'
import { listen } from './mount.ts'

/** An app or a server on a free port that is closed when the test has ended. */
export async function serve(listener: RequestListener): Promise<string> {
  const app = await listen(listener)
  onTestFinished(() => app.close())
  return app.url
}
