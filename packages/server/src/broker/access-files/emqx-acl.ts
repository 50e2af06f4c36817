/**
 * EMQX's `acl.conf`: Erlang terms, the first that fits decides. With `peer_cert_as_username = cn` the user
 * is the common name.
 */
import { SERVER_TOPICS, topicsOf } from '../access-rules.ts'
import type { AtBroker } from './access-file.ts'
import { requireUserName } from './user-name.ts'

export function emqxAcl({ serverUser, devices }: AtBroker): string {
  const lines = [
    '%% Made by fleetward-server broker-acl. What is not listed is refused.',
    ...rules(requireUserName(serverUser), SERVER_TOPICS),
  ]
  for (const device of devices) {
    if (device.device !== serverUser) lines.push(...rules(device.device, topicsOf(device)))
  }
  return `${[...lines, '{deny, all}.'].join('\n')}\n`
}

function rules(
  user: string,
  { read, write }: { readonly read: readonly string[]; readonly write: readonly string[] },
): string[] {
  return [
    `{allow, {user, "${user}"}, subscribe, ${JSON.stringify(read)}}.`,
    `{allow, {user, "${user}"}, publish, ${JSON.stringify(write)}}.`,
  ]
}
