/**
 * RabbitMQ's definitions: users, permissions on queues, permissions on topics. With
 * `mqtt.ssl_cert_login = true` the user is the common name. `rabbitmqctl import_definitions` adds and
 * changes but never removes, so who was shut out stays in the file, with permissions for nothing. A connection
 * that is there ends only with its user (`rabbitmqctl delete_user`).
 */
import { SERVER_TOPICS, topicsOf } from '../access-rules.ts'
import type { AtBroker } from './access-file.ts'
import { requireUserName } from './user-name.ts'

const VHOST = '/'
/** Where the MQTT plugin publishes everything. */
const EXCHANGE = 'amq.topic'
const NOTHING = '^$'

interface Access {
  readonly user: string
  /** Of the user's own queues: what a subscription of this client id is called. */
  readonly queues: string
  readonly read: string
  readonly write: string
}

export function rabbitmqDefinitions({ serverUser, devices, shutOut }: AtBroker): string {
  const server = requireUserName(serverUser)
  const everybody = new Map<string, Access>()
  // First: who is enrolled again under a name that was shut out is let in.
  for (const user of shutOut) everybody.set(user, { user, queues: '', read: '', write: '' })
  for (const device of devices) {
    const { read, write } = topicsOf(device)
    const queues = `mqtt-subscription-${device.device}qos[01]`
    everybody.set(device.device, {
      ...{ user: device.device, queues, read: anyOf(read), write: anyOf(write) },
    })
  }
  everybody.set(server, {
    user: server,
    // Client ids of the server begin with its name (broker-clients.ts).
    queues: `mqtt-subscription-${escaped(server)}-[a-z0-9-]+qos[01]`,
    read: anyOf(SERVER_TOPICS.read),
    write: anyOf(SERVER_TOPICS.write),
  })
  const all = [...everybody.values()]
  const definitions = {
    rabbit_version: '3.10.0',
    vhosts: [{ name: VHOST }],
    // Without a password nobody gets in by one.
    users: all.map(({ user }) => ({ name: user, password_hash: '', tags: [] })),
    permissions: all.map(({ user, queues }) => ({
      ...{ user, vhost: VHOST, configure: exactly(queues) },
      write: exactly(queues && `${queues}|amq\\.topic`),
      read: exactly(queues && `${queues}|amq\\.topic`),
    })),
    topic_permissions: all.map(({ user, read, write }) => ({
      ...{ user, vhost: VHOST, exchange: EXCHANGE, read: exactly(read), write: exactly(write) },
    })),
  }
  // One entry a line, for people who compare two of them.
  const lists = Object.entries(definitions).map(([name, value]) =>
    Array.isArray(value)
      ? `"${name}": [\n${value.map((entry) => JSON.stringify(entry)).join(',\n')}\n]`
      : `"${name}": ${JSON.stringify(value)}`,
  )
  return `{\n${lists.join(',\n')}\n}\n`
}

/** Users of an earlier file; nobody, where there is none or it is not ours. */
export function usersIn(definitions: string): readonly string[] {
  try {
    const { users } = JSON.parse(definitions) as { users: readonly { name: string }[] }
    return users.map(({ name }) => name)
  } catch {
    return []
  }
}

function anyOf(topics: readonly string[]): string {
  return topics.map(routingKey).join('|')
}

/** How the plugin sees a topic, as a regular expression. */
function routingKey(topic: string): string {
  return topic.split('/').map(escaped).join('\\.').replaceAll('\\+', '[^.]+')
}

function escaped(text: string): string {
  return text.replace(/[.+]/g, '\\$&')
}

function exactly(expression: string): string {
  return expression === '' ? NOTHING : `^(${expression})$`
}
