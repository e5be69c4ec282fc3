import { connectivityState, experimental, Metadata, status } from '@grpc/grpc-js'
import { addressOf, forEachServer } from './contestant.ts'
import type { Contestant, ContestantOptions } from './contestant.ts'

/*
 * grpc-js through its exported `experimental` surface: a real load balancer over subchannels that say they are
 * connected. Measured is the picker that the balancer hands to its channel, and the `onCallEnded` that comes with a pick.
 */

type Helper = ConstructorParameters<typeof experimental.ChildLoadBalancerHandler>[0]
type Picker = Parameters<Helper['updateState']>[1]
type Subchannel = ReturnType<Helper['createSubchannel']>

/** The picker of one of grpc-js's policies. @param policy its name in a service configuration */
export function grpc(policy: 'round_robin' | 'weighted_round_robin', { servers }: ContestantOptions): Contestant {
  const pickArguments = { metadata: new Metadata(), extraPickInfo: {} }
  const trailers = new Metadata()
  const picker = pickerOf(policy, servers)
  return {
    pick: () => {
      const { subchannel, onCallEnded } = picker.pick(pickArguments)
      onCallEnded?.(status.OK, '', trailers)
      return subchannel?.getAddress()
    },
  }
}

function pickerOf(policy: string, servers: number): Picker {
  let picker: Picker | undefined
  const balancer = new experimental.ChildLoadBalancerHandler({
    createSubchannel: (address) => connectedSubchannel(experimental.subchannelAddressToString(address)),
    updateState: (_state, next) => {
      picker = next
    },
    requestReresolution: () => undefined,
    addChannelzChild: () => undefined,
    removeChannelzChild: () => undefined,
  })
  const endpoints = forEachServer(servers, (index) => ({ addresses: [{ host: addressOf(index), port: 8080 }] }))
  const config = experimental.parseLoadBalancingConfig({ [policy]: {} })
  balancer.updateAddressList(experimental.statusOrFromValue(endpoints), config, {}, '')
  if (picker === undefined) throw new Error(`${policy} gave no picker`)
  return picker
}

/* Connected from the start, so that no socket is opened. Balancers ask for no more than this. */
function connectedSubchannel(address: string): Subchannel {
  const subchannel = {
    getConnectivityState: () => connectivityState.READY,
    addConnectivityStateListener: () => undefined,
    removeConnectivityStateListener: () => undefined,
    startConnecting: () => undefined,
    getAddress: () => address,
    throttleKeepalive: () => undefined,
    ref: () => undefined,
    unref: () => undefined,
    getChannelzRef: () => ({ kind: 'subchannel', id: 0, name: address }),
    isHealthy: () => true,
    addHealthStateWatcher: () => undefined,
    removeHealthStateWatcher: () => undefined,
    addDataWatcher: () => undefined,
    realSubchannelEquals: (other: unknown) => other === subchannel,
    getWrappedSubchannel: () => subchannel,
  } as unknown as Subchannel
  return subchannel
}
