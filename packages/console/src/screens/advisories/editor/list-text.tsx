/** A list written as words between commas; what is typed stays as it is typed until somebody else changes the list. */
import { useLayoutEffect, useState } from 'preact/hooks'
import { TextField } from '../../../pieces/field.tsx'
import { listOf } from './content.ts'
import type { Said } from './said-at.tsx'

export interface ListTextProps extends Said {
  readonly label: string
  readonly hint?: string
  readonly value: readonly string[]
  readonly onValue: (text: string) => void
}

export function ListText({ value, onValue, ...field }: ListTextProps) {
  const told = value.join(', ')
  const [typed, setTyped] = useState(told)
  useLayoutEffect(() => {
    if (listOf(typed).join(', ') !== told) setTyped(told)
  }, [told])
  return (
    <TextField
      {...field}
      value={typed}
      onValue={(text) => {
        setTyped(text)
        onValue(text)
      }}
    />
  )
}
