import { createForwarder } from '@paylb/proxy'
import type { Balancer, ForwardOptions, Forwarder, PaylbOptions } from '@paylb/proxy'
import type { FastifyInstance, FastifyPluginAsync, FastifyReply, FastifyRequest } from 'fastify'
import fastifyPlugin from 'fastify-plugin'

declare module 'fastify' {
  interface FastifyInstance {
    paylb: Balancer
  }
  interface FastifyRequest {
    paylb: Balancer
  }
}

interface MountOptions {
  /** The path below which requests are forwarded; it is taken off. Default: everything. */
  readonly prefix?: string
  /** The name of the decorator on the app and on requests. Default `paylb`. */
  readonly decorateAs?: string
}

/** What the plugin can be told: all options in one object, or a balancer made before and forward options. */
export type PaylbPluginOptions = MountOptions & (PaylbOptions | (ForwardOptions & { readonly balancer: Balancer }))

/**
 * Fastify plugin that forwards requests below `prefix` to payment servers, and sets `fastify.paylb` and `request.paylb`.
 *
 * @example
 * await fastify.register(paylb, { prefix: '/payments', servers: ['http://10.0.0.1:8080', 'http://10.0.0.2:8080'] })
 * @throws InvalidOptionsError that names the option's path, its value and what is allowed
 */
export const paylb: FastifyPluginAsync<PaylbPluginOptions> = fastifyPlugin(register, {
  fastify: '5.x',
  name: '@paylb/fastify',
})

async function register(app: FastifyInstance, options: PaylbPluginOptions): Promise<void> {
  const { prefix = '', decorateAs = 'paylb', ...rest } = options
  const forwarder = forwarderFor(rest)
  app.decorate(decorateAs, forwarder.balancer)
  app.decorateRequest(decorateAs, { getter: () => forwarder.balancer })
  app.addHook('onClose', () => forwarder.close())
  if (rest.forward === false) return
  await app.register(async (scope) => mount(scope, forwarder), { prefix })
}

/* Bodies are paylb's to read: the scope has no parsers, so that Fastify hands the raw stream over. */
async function mount(scope: FastifyInstance, forwarder: Forwarder): Promise<void> {
  scope.removeAllContentTypeParsers()
  scope.addContentTypeParser('*', (_request, _payload, done) => done(null))
  const prefix = prefixPattern(scope.prefix)
  const handler = (request: FastifyRequest, reply: FastifyReply): unknown => {
    const target = (request.raw.url ?? '/').replace(prefix, '$1')
    if (!forwarder.accepts(target)) return reply.callNotFound()
    for (const [name, value] of Object.entries(reply.getHeaders())) {
      if (value !== undefined) reply.raw.setHeader(name, value)
    }
    reply.hijack()
    void forwarder.handle(request.raw, reply.raw, target, () => isPeerTrusted(request))
    return undefined // what a promise says of a hijacked reply is ignored, but waited for
  }
  scope.all('/', handler)
  scope.all('/*', handler)
}

/* Where the app has a `trustProxy`, Fastify lists who passed the request on, as far as it trusts them. */
function isPeerTrusted({ ips }: FastifyRequest): boolean {
  return ips !== undefined && ips.length > 1
}

function forwarderFor(options: PaylbOptions | (ForwardOptions & { readonly balancer: Balancer })): Forwarder {
  if (!('balancer' in options)) return createForwarder(options)
  const { balancer, ...forwardOptions } = options
  return createForwarder(balancer, forwardOptions)
}

/*
 * The router has matched the prefix in its own way: decoded, perhaps in another letter case. So as many segments are
 * taken off as the prefix has, and what is left stays as it came. The origin of an absolute-form target is kept.
 */
function prefixPattern(prefix: string): RegExp {
  const segments = prefix.split('/').filter((segment) => segment !== '').length
  return new RegExp(`^(https?://[^/?#]*)?(?:/[^/?]+){${segments}}`, 'iu')
}

export type { Balancer, ForwardOptions, PaylbOptions }
export { createCertificates, keepRawBody } from '@paylb/proxy'
