import { describe, expect, test } from 'vitest'
import { createBalancer, InvalidOptionsError } from '../../src/index.ts'
import type { Server } from '../../src/index.ts'

function read(url: string): Server {
  const [server] = createBalancer({ servers: [url] }).servers
  if (server === undefined) throw new Error('there is no server')
  return server
}

function messageOf(url: string): string {
  try {
    read(url)
    return 'accepted'
  } catch (error) {
    return error instanceof InvalidOptionsError && error.path === 'servers[0].url'
      ? error.message
      : `wrong: ${String(error)}`
  }
}

describe('a server’s URL', () => {
  test.each([
    ['http://10.0.0.1:8080', '10.0.0.1:8080', 'http://10.0.0.1:8080', ''],
    ['http://pay.example', 'pay.example:80', 'http://pay.example', ''],
    ['https://pay.example', 'pay.example:443', 'https://pay.example', ''],
    ['https://pay.example:443/', 'pay.example:443', 'https://pay.example', ''],
    ['https://pay.example:8443', 'pay.example:8443', 'https://pay.example:8443', ''],
    ['HTTP://Pay.Example/Base', 'pay.example:80', 'http://pay.example', '/Base'],
    ['http://pay.example/v1/pay/', 'pay.example:80', 'http://pay.example', '/v1/pay'],
    ['http://pay.example/a%20b/c;d=1', 'pay.example:80', 'http://pay.example', '/a%20b/c;d=1'],
    ['http://pay.example/..a/b..', 'pay.example:80', 'http://pay.example', '/..a/b..'],
    ['http://[::1]:3000/x', '[::1]:3000', 'http://[::1]:3000', '/x'],
    ['http://[0:0:0:0:0:0:0:1]', '[::1]:80', 'http://[::1]', ''],
    ['http://localhost:3000', 'localhost:3000', 'http://localhost:3000', ''],
  ])('%s', (url, id, origin, basePath) => {
    expect(read(url)).toMatchObject({ id, origin, basePath, url: origin + basePath })
  })

  test.each([
    ['a wrong scheme', ['ftp://pay.example', 'ws://pay.example', 'file:///etc/passwd', 'unix:///tmp/pay.sock']],
    ['no scheme', ['pay.example', 'pay.example:8080', '//pay.example', '10.0.0.1:8080', '/charges', '', ' ']],
    ['no host', ['http://', 'http:///charges', 'http://:8080', 'http:///10.0.0.1:8080', 'http://?x', 'http://#x']],
    ['credentials', ['http://u:p@pay.example', 'http://u@pay.example', 'http://@pay.example', 'http://:@pay.example']],
    [
      'a query or a fragment',
      ['http://pay.example?x=1', 'http://pay.example/?', 'http://pay.example/#a', 'http://pay.example#'],
    ],
    [
      'path traversal',
      ['http://pay.example/..', 'http://pay.example/a/../b', 'http://pay.example/./a', 'http://pay.example/a/.'],
    ],
    ['encoded path traversal', ['http://pay.example/%2e%2E/a', 'http://pay.example/.%2e', 'http://pay.example/a/%2E/']],
    ['an encoded slash', ['http://pay.example/a%2Fb', 'http://pay.example/a%2f..', 'http://pay.example/%5c..']],
    [
      'an empty segment',
      ['http://pay.example//', 'http://pay.example//a', 'http://pay.example/a//b', 'http://pay.example/a//'],
    ],
    [
      'a backslash',
      ['http://pay.example\\a', 'http:\\\\pay.example', 'http://pay.example/a\\..\\b', 'http://pay\\@evil.example'],
    ],
    [
      'white space and control characters',
      [
        ' http://pay.example',
        'http://pay.example ',
        'http://pay .example',
        'http://pay.example/\n',
        'http://pay.example\t',
        'http://pay.example/\0',
      ],
    ],
    ['other than ASCII', ['http://pây.example', 'http://pay.example/ü', 'http://pay。example']],
    ['a port that is none', ['http://pay.example:port', 'http://pay.example:99999', 'http://pay.example:-1']],
    [
      'a host that would be repaired',
      ['http://10.1:8080', 'http://2130706433', 'http://0x7f.0.0.1', 'http://%31', 'http://p%61y.example'],
    ],
  ])('with %s is refused', (_, urls) => {
    for (const url of urls)
      expect([url, messageOf(url)]).toEqual([url, expect.stringMatching(/ is not allowed; expected /u)])
  })

  test('says what is wrong', () => {
    expect(messageOf('http://pay.example/?x')).toContain('no query and no fragment')
    expect(messageOf('http://u:p@pay.example')).toContain('no user name or password')
    expect(messageOf('ftp://pay.example')).toContain('http: or https:')
    expect(messageOf('http://pay.example/../x')).toContain('a base path without dot segments')
    expect(messageOf('http://10.1')).toContain('the host as it is meant: 10.0.0.1')
  })
})

describe('a secret in a URL', () => {
  test.each([
    'http://user:hunter2@pay.example',
    'http://hunter2@pay.example',
    'http://user:hunter2/x@pay.example',
    'http://user:hunter2?x@pay.example',
    'http://user:hunter2@x@pay.example',
    'http:/user:hunter2@pay.example',
    'ftp://user:hunter2@pay.example/path',
    'user:hunter2@pay.example:8080',
    'user:hunter2@pay.example',
    'http://pay.example?token=hunter2',
    'http://pay.example/charges?a=1&token=hunter2',
    'pay.example/charges?token=hunter2',
    'http://user:\nhunter2@pay.example',
  ])('is not shown: %j', (url) => {
    const message = messageOf(url)
    expect(message).toContain('***')
    expect(message).not.toContain('hunter2')
  })

  test('is not shown where the URL stands in place of another option', () => {
    const servers = 'http://user:hunter2@pay.example' as never
    expect(() => createBalancer({ servers })).toThrow(/^servers: "http:\/\/\*\*\*@pay\.example" is not allowed/u)
  })
})

describe('a server’s ledger', () => {
  test.each([
    [{}, undefined, 'pay.example:80'],
    [{ id: 'a' }, undefined, 'a'],
    [{ id: 'a' }, 'shared', 'shared'],
    [{ id: 'a' }, 'none', undefined],
    [{ ledger: 'eu' }, 'shared', 'eu'],
    [{ ledger: 'eu' }, 'none', 'eu'],
  ] as const)('of %j under %s is %s', (options, ledger, expected) => {
    const servers = [{ url: 'http://pay.example', ...options }]
    expect(createBalancer(ledger === undefined ? { servers } : { servers, ledger }).servers[0]?.ledger).toBe(expected)
  })
})
