#!/usr/bin/env bash
# Makes the demo prompts anew (A-law, 8 kHz); the results are committed. Needs espeak-ng and sox.
set -euo pipefail
cd -- "$(dirname -- "${BASH_SOURCE[0]}")"
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT

voice=ru
# prompt NAME SECONDS PHRASE...: the phrases, that many seconds of silence after each
prompt() {
  local name=$1 pause=$2 parts=() phrase
  shift 2
  for phrase in "$@"; do
    espeak-ng -v "$voice" -s 150 -p 40 -w "$folder/${#parts[@]}.wav" "$phrase"
    sox "$folder/${#parts[@]}.wav" -r 8000 -c 1 "$folder/${#parts[@]}-8k.wav" norm -6 silence 1 0.05 1% pad 0 "$pause"
    parts+=("$folder/${#parts[@]}-8k.wav")
  done
  sox "${parts[@]}" -t al "$name.alaw"
}

prompt demo-customer 1.2 \
  'Здравствуйте! Я по поводу моего заказа.' \
  'Вчера мне обещали привезти его до шести вечера, а курьер так и не приехал.' \
  'Подскажите, пожалуйста, когда теперь ждать доставку?' \
  'Хорошо, я подожду на линии.'
prompt demo-person 1 'Алло, слушаю вас.' 'Да, удобно говорить. Рассказывайте.'
# what operators play into calls or leave on a machine, see server/store/migrations/008-announcements.ts
prompt one-moment 0.3 'Одну минуту, пожалуйста.' 'Я уточню и сразу вернусь к разговору.'
prompt recorded 0.3 'Обращаем ваше внимание: разговор записывается.'
prompt card-safe 0.3 'Запись разговора приостановлена.' 'Теперь можно назвать данные карты.'
prompt called-you 0.5 'Здравствуйте! Мы звонили вам по вашему обращению.' 'Пожалуйста, перезвоните нам, когда вам будет удобно.' 'Спасибо, до свидания!'
# see callsync-survey in callsync.conf
prompt survey-question 0.2 'Оцените, пожалуйста, наш разговор: нажмите цифру от одного до пяти. Пять — отлично.'
prompt survey-thanks 0.2 'Спасибо за оценку!'
voice=en
prompt en-one-moment 0.3 'One moment, please.' 'I will check and be right back with you.'
prompt en-recorded 0.3 'Please note: this call is being recorded.'
prompt en-card-safe 0.3 'The recording is paused.' 'You may now give your card details.'
prompt en-called-you 0.5 'Hello! We have called you about your request.' 'Please call us back when it suits you.' 'Thank you, goodbye!'
prompt en-survey-question 0.2 'Please rate our call: press a digit from one to five. Five is excellent.'
prompt en-survey-thanks 0.2 'Thank you for your rating!'
ls -l ./*.alaw
