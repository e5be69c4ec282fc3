/** The promise was broken, or something did not come to its end. The message names the payment. */
export class Violation extends Error {
  override readonly name = 'Violation'
}
