/** The four questions of Article 14(5), as they are answered. */
import { to } from '../../addresses.ts'
import type { CaseInFull } from '../../api/operator-api.gen.ts'
import { say, sayIfKnown } from '../../words/say.tsx'

export interface SeverityQuestionsProps {
  readonly of: CaseInFull
  readonly mayRecord: boolean
}

export function SeverityQuestions({ of, mayRecord }: SeverityQuestionsProps) {
  const { severity } = of
  if (severity === undefined) return null
  return (
    <section class="card" aria-labelledby="severity">
      <h2 id="severity">{say('cases.severity')}</h2>
      <p>{say(`cases.severe_${severity.severe}`)}</p>
      <dl class="facts wide">
        {severity.questions.map(({ id, text, answer }) => (
          <>
            <dt key={id}>{sayIfKnown('cases', `question_${id}`) ?? text}</dt>
            <dd>
              {sayIfKnown('cases', `answer_${answer}`) ?? say('cases.notAnswered')}
              {mayRecord && (
                <>
                  {' · '}
                  <a href={to.case(of.id, { act: 'severityAnswered', question: id })}>
                    {say('cases.act_severityAnswered')}
                  </a>
                </>
              )}
            </dd>
          </>
        ))}
      </dl>
    </section>
  )
}
