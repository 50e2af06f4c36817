import { Screen } from '../../pieces/screen.tsx'
import { say } from '../../words/say.tsx'

export function CaseScreen() {
  return <Screen title={say('screens.case')} />
}
