/* As much of DER (ITU-T X.690) as a certificate needs: a tag, a length, and the bytes of it. */

const encode = (tag: number, ...parts: readonly Uint8Array[]): Buffer => {
  const content = Buffer.concat(parts)
  return Buffer.concat([Buffer.from([tag]), lengthOf(content.length), content])
}

export const sequence = (...parts: readonly Uint8Array[]): Buffer => encode(0x30, ...parts)
export const set = (...parts: readonly Uint8Array[]): Buffer => encode(0x31, ...parts)
export const integer = (bytes: Uint8Array): Buffer => encode(0x02, bytes)
export const octets = (bytes: Uint8Array): Buffer => encode(0x04, bytes)
export const bits = (bytes: Uint8Array): Buffer => encode(0x03, Buffer.from([0]), bytes)
export const text = (value: string): Buffer => encode(0x0c, Buffer.from(value))
export const yes: Buffer = encode(0x01, Buffer.from([0xff]))

/** A field with a number of its own: explicit (a whole value in it) or implicit (only its bytes). */
export const explicit = (number: number, value: Uint8Array): Buffer => encode(0xa0 + number, value)
export const implicit = (number: number, bytes: Uint8Array): Buffer => encode(0x80 + number, bytes)

/** A moment to the second. */
export function time(at: Date): Buffer {
  return encode(0x18, Buffer.from(at.toISOString().replaceAll(/[-:T]|\.\d+/gu, '')))
}

/** An object identifier such as `2.5.29.17`. */
export function objectId(dotted: string): Buffer {
  const [first = 0, second = 0, ...rest] = dotted.split('.').map(Number)
  return encode(0x06, Buffer.from([40 * first + second, ...rest.flatMap((number) => base128(number))]))
}

function base128(number: number): number[] {
  const digits = [number % 128]
  for (let left = Math.floor(number / 128); left > 0; left = Math.floor(left / 128)) digits.unshift((left % 128) | 128)
  return digits
}

function lengthOf(length: number): Buffer {
  if (length < 128) return Buffer.from([length])
  return length < 256 ? Buffer.from([0x81, length]) : Buffer.from([0x82, length >> 8, length & 255])
}
