/**
 * MQTT topics (docs/protocol.md §8.1), built and read in one place. An id that could widen a
 * subscription is no id: {@link ./names.ts} lets no wildcard or separator through, MQTT 3.1.1 §4.7.
 */
import { isDeviceId, isName, requireDeviceId, requireName } from '../names.ts'

const PREFIX = 'ota/1'

export type Topic =
  | { readonly product: string; readonly cohort: string; readonly leaf: 'manifest' }
  | {
      readonly product: string
      readonly device: string
      readonly leaf: 'manifest' | 'command' | 'report' | 'presence'
    }

export const cohortManifestTopic = (product: string, cohort: string) =>
  `${PREFIX}/${requireName(product, 'product')}/cohorts/${requireName(cohort, 'cohort')}/manifest`

const deviceTopic = (leaf: string) => (product: string, device: string) =>
  `${PREFIX}/${requireName(product, 'product')}/devices/${requireDeviceId(device)}/${leaf}`

export const deviceManifestTopic = deviceTopic('manifest')
export const commandTopic = deviceTopic('command')
export const reportTopic = deviceTopic('report')
export const presenceTopic = deviceTopic('presence')

/** What a topic is about; undefined when it is none of ours (a wildcard, a stranger's). */
export function parseTopic(topic: string): Topic | undefined {
  const [ota, version, product, kind, id, leaf, ...rest] = topic.split('/')
  if (`${ota}/${version}` !== PREFIX || rest.length > 0 || !isName(product)) return undefined
  if (kind === 'cohorts' && leaf === 'manifest' && isName(id)) return { product, cohort: id, leaf }
  if (kind !== 'devices' || !isDeviceId(id)) return undefined
  if (leaf === 'manifest' || leaf === 'command' || leaf === 'report' || leaf === 'presence') {
    return { product, device: id, leaf }
  }
  return undefined
}
