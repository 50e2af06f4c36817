/** One attribute: its name, what kind of value it has, and the value. */
import { ChoiceField, TextField } from '../../pieces/field.tsx'
import { say } from '../../words/say.tsx'
import { ATTRIBUTE_KINDS, type AttributeInput } from './attribute-input.ts'

/** As the API takes them. */
const NAME_MAX_CHARACTERS = 64
const TEXT_MAX_CHARACTERS = 200

export interface AttributeFieldsProps {
  readonly input: AttributeInput
  readonly onInput: (input: AttributeInput) => void
  readonly isNameOnly?: boolean
  readonly error?: string | undefined
}

export function AttributeFields({
  input,
  onInput,
  isNameOnly = false,
  error,
}: AttributeFieldsProps) {
  const { name, kind, text } = input
  return (
    <div class="attribute-fields">
      <TextField
        label={say('device.attributeName')}
        error={error}
        maxLength={NAME_MAX_CHARACTERS}
        value={name}
        onValue={(next) => onInput({ ...input, name: next })}
      />
      {!isNameOnly && (
        <ChoiceField
          label={say('device.attributeKind')}
          value={kind}
          choices={ATTRIBUTE_KINDS.map((value) => ({ value, label: say(`device.kind-${value}`) }))}
          onValue={(next) =>
            onInput({
              ...input,
              kind: next,
              text: next === 'flag' ? 'true' : kind === 'flag' ? '' : text,
            })
          }
        />
      )}
      {!isNameOnly && kind === 'flag' && (
        <ChoiceField
          label={say('device.attributeValue')}
          value={text === 'true' ? 'true' : 'false'}
          choices={[
            { value: 'true', label: say('fleet.yes') },
            { value: 'false', label: say('fleet.no') },
          ]}
          onValue={(next) => onInput({ ...input, text: next })}
        />
      )}
      {!isNameOnly && kind !== 'flag' && (
        <TextField
          label={say('device.attributeValue')}
          maxLength={TEXT_MAX_CHARACTERS}
          value={text}
          onValue={(next) => onInput({ ...input, text: next })}
        />
      )}
    </div>
  )
}
