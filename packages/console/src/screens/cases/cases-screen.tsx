import { Screen } from '../../pieces/screen.tsx'
import { say } from '../../words/say.tsx'

export function CasesScreen() {
  return <Screen title={say('screens.cases')} />
}
