import assert from 'node:assert/strict'
import { test } from 'node:test'
import { withCode } from '../../../../test/support/signed-messages.ts'
import {
  cohortManifestTopic,
  commandTopic,
  deviceManifestTopic,
  parseTopic,
  presenceTopic,
  reportTopic,
} from './topics.ts'

test('every topic is read back as what it was built from', () => {
  const device = { product: 'g1', device: 'SN-1' }
  const topics = [
    [cohortManifestTopic('g1', 'early'), { product: 'g1', cohort: 'early', leaf: 'manifest' }],
    [deviceManifestTopic('g1', 'SN-1'), { ...device, leaf: 'manifest' }],
    [commandTopic('g1', 'SN-1'), { ...device, leaf: 'command' }],
    [reportTopic('g1', 'SN-1'), { ...device, leaf: 'report' }],
    [presenceTopic('g1', 'SN-1'), { ...device, leaf: 'presence' }],
  ] as const
  for (const [topic, expected] of topics) assert.deepEqual(parseTopic(topic), expected)
  assert.equal(topics[0][0], 'ota/1/g1/cohorts/early/manifest')
  assert.equal(topics[2][0], 'ota/1/g1/devices/SN-1/command')
})

test('no id widens a topic (MQTT 3.1.1 §4.7)', () => {
  for (const id of ['+', '#', 'a/b', '', '$SYS']) {
    assert.throws(() => commandTopic('g1', id), withCode('MANIFEST_INVALID'))
    assert.throws(() => cohortManifestTopic(id, 'early'), withCode('MANIFEST_INVALID'))
  }
})

test('a stranger’s topic is none of ours', () => {
  for (const topic of [
    'ota/1/g1/devices/+/report',
    'ota/1/+/devices/SN-1/report',
    'ota/1/g1/devices/SN-1/#',
    'ota/2/g1/devices/SN-1/report',
    'ota/1/g1/cohorts/early/report',
    'ota/1/g1/devices/SN-1/report/x',
    '/ota/1/g1/devices/SN-1/report',
    'ota/1/g1/devices/SN-1',
    '$SYS/broker',
    '',
  ]) {
    assert.equal(parseTopic(topic), undefined, topic)
  }
})
