/**
 * The `authorization` block of a NATS server, to be included in its configuration. With
 * `verify_and_map: true` the user is the subject of the certificate. NATS reads it again on SIGHUP and
 * disconnects who is not in it any more.
 */
import { MARKER_TOPIC, SERVER_TOPICS, topicsOf } from '../access-rules.ts'
import type { AtBroker } from './access-file.ts'
import { requireUserName } from './user-name.ts'

/** Where NATS delivers a subscription of QoS 1. The filter `$MQTT/sub/…` itself it lets nobody subscribe to. */
const DELIVERIES = '$MQTT.sub.>'

/** NATS ends sessions when it reads its rules, so the server has to look whether its own still lives. */
const SERVER_WRITES = [...SERVER_TOPICS.write, MARKER_TOPIC]

export function natsAuthorization({ serverUser, devices, deviceQos }: AtBroker): string {
  const lines = [
    '# Made by fleetward-server broker-acl. What is not listed is refused.',
    'authorization {',
    '  users = [',
    user(requireUserName(serverUser), { ...SERVER_TOPICS, write: SERVER_WRITES }, 1),
  ]
  for (const device of devices) {
    if (device.device !== serverUser) lines.push(user(device.device, topicsOf(device), deviceQos))
  }
  return `${[...lines, '  ]', '}'].join('\n')}\n`
}

function user(
  name: string,
  { read, write }: { readonly read: readonly string[]; readonly write: readonly string[] },
  qos: 0 | 1,
): string {
  const subscribe = [...read.map(subject), ...(qos === 1 ? [DELIVERIES] : [])]
  const publish = write.map(subject)
  const permissions = `publish: ${JSON.stringify(publish)}, subscribe: ${JSON.stringify(subscribe)}`
  return `    { user: "CN=${name}", permissions: { ${permissions} } }`
}

/** How NATS sees a topic; names have no dots (protocol §2.1). */
function subject(topic: string): string {
  return topic.replaceAll('/', '.').replaceAll('+', '*')
}
