/**
 * Mosquitto's access file (protocol §8.2). With `use_identity_as_username true` the user is the common name.
 * Mosquitto reads the file again on SIGHUP, and asks it for every message: what was taken out ends at once.
 */
import { type DeviceAtBroker, SERVER_TOPICS, topicsOf } from '../access-rules.ts'
import { requireUserName } from './user-name.ts'

export function mosquittoAcl(serverUser: string, devices: Iterable<DeviceAtBroker>): string {
  const lines = [
    '# Made by fleetward-server broker-acl. What is not listed is refused.',
    ...section(requireUserName(serverUser), SERVER_TOPICS),
  ]
  for (const device of devices) {
    // A device of that name would become the server.
    if (device.device === serverUser) continue
    lines.push('', ...section(device.device, topicsOf(device)))
  }
  return `${lines.join('\n')}\n`
}

function section(
  user: string,
  { read, write }: { readonly read: readonly string[]; readonly write: readonly string[] },
): string[] {
  return [
    `user ${user}`,
    ...read.map((topic) => `topic read ${topic}`),
    ...write.map((topic) => `topic write ${topic}`),
  ]
}
