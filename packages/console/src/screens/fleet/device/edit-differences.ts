/** Where two editors of one device differ, in words. */
import type { ConflictField } from '../../../pieces/dialogs/conflict.tsx'
import { say } from '../../../words/say.tsx'
import type { AttributeInput } from '../attribute-input.ts'
import type { Edited } from './device-edit.ts'

/** Field by field, those that differ. */
export function differences(mine: Edited, theirs: Edited): readonly ConflictField[] {
  const flag = (isSo: boolean) => say(isSo ? 'fleet.yes' : 'fleet.no')
  const fields: readonly ConflictField[] = [
    { name: say('fleet.cohort'), mine: mine.cohort, theirs: theirs.cohort },
    { name: say('fleet.pinned'), mine: flag(mine.pinned), theirs: flag(theirs.pinned) },
    { name: say('fleet.testDevice'), mine: flag(mine.test), theirs: flag(theirs.test) },
    ...attributeFields(mine.attributes, theirs.attributes),
  ]
  return fields.filter((field) => field.mine !== field.theirs)
}

function attributeFields(
  mine: readonly AttributeInput[],
  theirs: readonly AttributeInput[],
): readonly ConflictField[] {
  const names = [...new Set([...mine, ...theirs].map(({ name }) => name))]
  const text = (inputs: readonly AttributeInput[], name: string) =>
    inputs.find((input) => input.name === name)?.text ?? '–'
  return names.map((name) => ({ name, mine: text(mine, name), theirs: text(theirs, name) }))
}
