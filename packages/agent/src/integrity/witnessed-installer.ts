/** An installer whose every verified write becomes the baseline of its slot. */
import type { Installer, SlotName } from '../ports.ts'
import type { BaselineFile } from './baseline.ts'
import type { SlotCheck } from './slot-check.ts'

export function witnessed(
  installer: Installer,
  check: SlotCheck | undefined,
  baseline: BaselineFile,
): Installer {
  if (check === undefined) return installer
  const keep = async (slot: SlotName) => {
    const described = await check.describe(slot)
    await baseline.change((before) => {
      const { [slot]: _, ...others } = before.slots
      return { ...before, slots: { ...others, ...(described && { [slot]: described }) } }
    })
  }
  return {
    contents: (slot) => installer.contents(slot),
    async write(release, slot, options) {
      await installer.write(release, slot, options)
      await keep(slot)
    },
  }
}
