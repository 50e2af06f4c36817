/**
 * Mosquitto's access file for an outside broker (protocol §8.2): one section per device, since its rules cannot tell a
 * device's product and cohort from its name. With `use_identity_as_username true` the user is the common name.
 *
 * Written anew when devices enrol or change their cohort; Mosquitto reads it again on SIGHUP.
 */
import {
  cohortManifestTopic,
  commandTopic,
  deviceManifestTopic,
  presenceTopic,
  reportTopic,
} from '@fleetward/shared'
import type { DeviceAtBroker } from './access-rules.ts'

/** `serverUser`: the common name or user name that Fleetward itself connects with. */
export function mosquittoAcl(serverUser: string, devices: Iterable<DeviceAtBroker>): string {
  if (!/^[A-Za-z0-9._-]+$/.test(serverUser))
    throw new Error('The name of the server is no user name')
  const lines = [
    '# Made by fleetward-server broker-acl. What is not listed is refused.',
    `user ${serverUser}`,
    'topic write ota/1/+/cohorts/+/manifest',
    'topic write ota/1/+/devices/+/manifest',
    'topic write ota/1/+/devices/+/command',
    'topic read ota/1/+/devices/+/report',
    'topic read ota/1/+/devices/+/presence',
  ]
  for (const { product, device, cohort } of devices) {
    // A device of that name would become the server.
    if (device === serverUser) continue
    lines.push(
      '',
      `user ${device}`,
      `topic read ${cohortManifestTopic(product, cohort)}`,
      `topic read ${deviceManifestTopic(product, device)}`,
      `topic read ${commandTopic(product, device)}`,
      `topic write ${reportTopic(product, device)}`,
      `topic write ${presenceTopic(product, device)}`,
    )
  }
  return `${lines.join('\n')}\n`
}
