import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isZone } from './zone.ts'

test('a zone is what a formatter takes, and no text of a device ends a page', () => {
  for (const zone of ['Europe/Berlin', 'UTC']) assert.ok(isZone(zone), zone)
  for (const text of ['Mars/Olympus', 'T0030+0100', '2026-01-01T00:00Z', '']) {
    assert.ok(!isZone(text), text)
  }
})
