### Figures and units

figure = { $value }
unit-s = s
unit-ms = ms
unit-min = min
unit-hz = Hz
unit-db = dB
unit-dbov = dBov
unit-db_per_min = dB/min
unit-db_min = dB/min
unit-st = semitones
unit-wpm = words/min
unit-sps = syll/s
unit-syll_s = syll/s
unit-percent = %
unit-rings = rings
unit-per_10_min = per 10 min
unit-r = R

### Parties, verdicts, severities

party-agent = Agent
party-customer = Customer
party-both = Both
verdict-met = Met
verdict-not_met = Not met
verdict-not_applicable = Not applicable
verdict-not_evaluable = Not evaluable
severity-critical = Critical
severity-warning = Warning
severity-info = Information
error-customer_critical = Customer critical
error-business_critical = Business critical
error-compliance_critical = Compliance critical

### Steps of the protocol

step-answered_in_time = Answered in time
step-greeting = Greeting
step-company_identification = Company named
step-agent_identification = Agent named
step-offer_of_help = Offer of help
step-customer_name_asked = Customer's name asked
step-customer_name_used = Customer's name used
step-active_listening = Active listening
step-empathy = Empathy
step-apology = Apology
step-hold_permission = Leave asked before the hold
step-hold_thanks = Thanks for holding
step-solution_started = Solution under way
step-solution_informed = Solution told
step-reasoned_refusal = Refusal with its reason
step-alternatives_offered = Alternatives offered
step-case_number = Case number
step-follow_up = Follow-up
step-survey_invitation = Invitation to the survey
step-further_help_offered = Further help offered
step-summary = Summary of what was agreed
step-thanks = Thanks
step-farewell = Farewell

### What went well, said to the agent

praise-answered_in_time = You picked up in time: the caller was not kept waiting.
praise-greeting = You began with a greeting. It is the first thing a caller hears.
praise-company_identification = You named the company, so the customer knew they had called the right place.
praise-agent_identification = You gave your name. The customer knows who they are talking to.
praise-offer_of_help = You offered your help from the start.
praise-customer_name_asked = You asked who was calling.
praise-customer_name_used = You addressed the customer by name.
praise-active_listening = You said in your own words what you had understood.
praise-empathy = You recognised the customer's problem before solving it.
praise-apology = You apologised for what had gone wrong.
praise-hold_permission = You asked leave before putting the customer on hold.
praise-hold_thanks = You thanked the customer for waiting.
praise-solution_started = You said what you were doing at that moment to solve it.
praise-solution_informed = You made the outcome or the next step clear, and when.
praise-reasoned_refusal = You gave the reason when you said no.
praise-alternatives_offered = You offered an alternative.
praise-case_number = You gave the case number.
praise-follow_up = You undertook to follow up.
praise-survey_invitation = You invited the customer to the survey.
praise-further_help_offered = You asked whether there was anything else before closing.
praise-summary = You summed up what was agreed before saying goodbye.
praise-thanks = You thanked the customer at the close.
praise-farewell = You said goodbye cordially.
praise-articulation_rate_sps = You spoke at a pace that is easy to follow: { $measured }.
praise-level_sd_db = You kept a steady volume through the call: it varied by { $measured }.
praise-interruptions = You let the customer finish: no interruptions.

### What to do next time, said to the agent

advice-answered_in_time = Try to pick up before the third ring ends.
advice-greeting = Begin with a greeting, “Good morning” for example, before anything else.
advice-company_identification = Name the company or the department in your first sentence.
advice-agent_identification = Give your name when you introduce yourself, for example “my name is” and your name.
advice-offer_of_help = End your introduction with an offer: “How may I help you?”.
advice-customer_name_asked = Ask early who is calling: “May I have your name?”.
advice-customer_name_used = Once you know the customer's name, use it at least once.
advice-active_listening = Before you act, say in your own words what you understood: “So what you need is…”.
advice-empathy = Recognise the trouble first, “I understand how inconvenient this is” for example, then go to the solution.
advice-apology = When something went wrong at the company, apologise simply: “I am sorry for the mistake”.
advice-hold_permission = Ask leave and say how long it will take before you put the line on hold.
advice-hold_thanks = When you come back from a hold, start with “Thank you for waiting”.
advice-solution_started = Say what you are doing as you do it: “I am processing your request now”.
advice-solution_informed = Close the matter with the outcome or the next step, and with a date or a time.
advice-reasoned_refusal = If it is not possible, give the reason in the same sentence.
advice-alternatives_offered = After a “no”, offer at least one thing that you can do.
advice-case_number = Give the case number and leave time to write it down.
advice-follow_up = Say when and how you will be in touch again.
advice-survey_invitation = Before you say goodbye, invite the customer to the survey.
advice-further_help_offered = Before closing, ask: “Is there anything else I can help you with?”.
advice-summary = Sum up in one sentence what was agreed before you say goodbye.
advice-thanks = Say thank you at the close: “Thank you for calling us”.
advice-farewell = Say goodbye with a cordial phrase: “Have a good day”.
advice-informal_address = Keep to the formal address (usted) for the whole call.
advice-blunt_refusal = Put the reason and an alternative beside the refusal.
advice-blames_colleague = Speak for the company (“we are correcting it now”) without pointing at a colleague.
advice-blames_customer = Describe what happened without laying it on the customer: “our records show that…”.
advice-argues = Rather than contradict, confirm what you heard and go to what you can do.
advice-sarcasm = Answer literally and briefly; irony does not come across on the telephone.
advice-jargon = Explain the term in everyday words, or avoid it.
advice-hedging = Replace “I think” or “it seems” with what you know, or say that you will check.
advice-evasion = Keep the matter until somebody with a name and a time has it.
advice-generalization = Speak of this case: avoid “always”, “never” and “everyone”.
advice-unprofessional = Replace that expression with a neutral one.
advice-discloses_confidential = Do not say other people's data, internal data or whole card numbers aloud.
advice-late_answer = Try to pick up before the third ring ends.
advice-speech_too_fast = Speak a little more slowly and leave a short pause between ideas.
advice-speech_too_slow = Speak a little faster; prepare the answer before you start the sentence.
advice-volume_unstable = Keep the microphone at the same distance from your mouth.
advice-volume_drift = Check the microphone's position halfway through a call: your volume changed little by little.
advice-volume_low = Bring the microphone closer or speak a little louder.
advice-volume_high = Move the microphone a little away or speak a little more softly.
advice-clipping = Move the microphone a little away: the sound was distorted.
advice-interruptions = Wait until the customer has finished; count one second of silence before you answer.
advice-dead_air = When you need time, announce it (“one moment, please”) and come back every so often.

### Violations

violation-informal_address = Informal address (tú, vos)
violation-blunt_refusal = Refusal without a reason
violation-blames_colleague = Blames a colleague
violation-blames_customer = Blames the customer
violation-argues = Argues with the customer
violation-sarcasm = Sarcasm
violation-jargon = Unexplained jargon
violation-hedging = Hedging
violation-evasion = Evasion
violation-generalization = Generalisation
violation-unprofessional = Unprofessional expression
violation-discloses_confidential = Discloses confidential data

### Flags

flag-late_answer = Late answer
flag-too_many_rings = Too many rings before the answer
flag-speech_too_fast = Speech too fast
flag-speech_too_slow = Speech too slow
flag-volume_unstable = Unstable volume
flag-volume_drift = Volume changes along the call
flag-volume_low = Low volume
flag-volume_high = High volume
flag-clipping = Clipped sound
flag-interruptions = Interruptions by the agent
flag-dead_air = Unannounced silence
flag-transport_quality = Poor line quality
flag-channels_swapped = Channels probably swapped
flag-step_missing = Missing: { $name }

### Measures

measure-ring_to_answer_s = Time to answer
measure-rings = Rings before the answer
measure-post_dial_delay_s = Post-dial delay
measure-talk_s = Talk time
measure-talk_share = Share of talk
measure-words = Words
measure-speech_rate_wpm = Words per minute
measure-articulation_rate_sps = Articulation rate
measure-level_dbov = Speech level
measure-level_sd_db = Volume variation
measure-level_drift_db_per_min = Volume drift
measure-clipped_ratio = Clipped samples
measure-pitch_median_hz = Median pitch
measure-pitch_sd_st = Pitch variation
measure-interruptions = Interruptions
measure-interruptions_per_10_min = Interruptions per 10 min
measure-reply_latency_s = Reply latency
measure-longest_silence_s = Longest silence
measure-dead_air = Silences announced
measure-r_factor = R factor of the line
measure-mos = Estimated MOS
measure-jitter_ms = Jitter
measure-loss = Packets lost

limit-max = max. { $high }
limit-min = min. { $low }
limit-range = { $low } to { $high }

### Reasons

reason-not_found = Not heard in the window searched.
reason-condition_absent = The call gave no occasion for this step.
reason-late_answer = It was answered after the limit.
reason-too_many_rings = It rang more often than is allowed.
reason-no_ring = The recording holds no ring-back tone.
reason-no_ring_heard = No ring-back tone is heard in the recording.
reason-never_answered = Nobody answered in this recording.
reason-recording_starts_after_answer = The recording starts after the answer: it does not hold the rings.
reason-recording_starts_late = The recording starts when the call was already going on.
reason-cut_recording = The recording starts or ends in the middle of the call.
reason-low_confidence = The words were heard with low confidence.
reason-no_words = No word was recognised.
reason-no_reply = There are no replies to measure.
reason-no_level = There are no turns to take the level of.
reason-too_few_turns = Too few turns to measure it.
reason-too_little_speech = Too little speech to measure it.
reason-speakers_separated = The two voices on one channel were told apart by sound and words: an estimate.
reason-mixed_channel = One channel carries both voices: who is speaking is not certain.
reason-channels_identical = Both channels carry the same sound.
reason-channels_swapped = The channels look swapped.
reason-leg_missing = The file of one of the two people is missing.
reason-leg = The file of one of the two people is of no use: { $why }
reason-all_silent = The recording is silent.
reason-channel_silent = One channel is silent.
reason-dc_offset = The sound has a DC offset.
reason-clipped_heavily = The sound is heavily clipped.
reason-more_streams = The file has more sound tracks; the first was used.
reason-gaps_filled = Pieces of sound were missing and were filled with silence.
reason-header_repaired = The file's header was incomplete and was repaired.
reason-truncated = The recording is truncated.
reason-damaged = The file is damaged; what could be read was analysed.
reason-sidecar_unreadable = The data file beside the recording cannot be read.
reason-empty = The file holds no sound.
reason-encrypted = The file is encrypted: decrypt it before analysing it.
reason-not_audio = The file is not a sound recording.
reason-unreadable = The file cannot be read.
reason-vanished = The file is no longer there.
reason-no_permission = There is no permission to read the file.
reason-no_space = There is no room left on the disk.
reason-sample_rate = The sample rate is not one of telephony or common audio.
reason-too_many_channels = The file has too many channels.
reason-too_short = The recording is too short.
reason-too_long = The recording is too long.
reason-too_slow = Reading the file took too long.
reason-recording_changed = The file changed before it was read; analyse it again.
reason-unchanged = Analysed already with the same settings.
reason-superseded = Asked for again with other settings.
reason-crashed_repeatedly = The analysis was interrupted several times.
reason-error = Unexpected error; the program's log has the detail.
reason-model_missing = The speech recognition model is missing.
reason-config_invalid = The configuration has mistakes.
reason-protocol_invalid = The protocol has mistakes.
reason-store_unavailable = The database cannot be opened.
reason-store_outdated = The database is of another version: it must be migrated.
reason-store_newer = The database is of a newer version of the program.
reason-store_refused = The database refused the operation.
reason-store_url_invalid = The address of the database is not valid.
reason-message_missing = A text is missing from the catalogue.

### States of a batch

state-done = Analysed
state-skipped = Not analysed
state-failed = Failed
state-waiting = Waiting
state-running = Running

### Call page

call-title = Call { $file }
fact-agent = Agent
fact-queue = Queue
fact-started = Started
fact-duration = Duration
fact-caller = Caller
fact-callee = Called
fact-file = File
channels-stereo = One channel a person
channels-mixed = One channel with both voices
score = Score
score-of = out of 100
score-none = No score
score-label = Score: { $score } out of 100
nav-index = All calls
nav-agent = Page for the agent
nav-call = Whole call
skip-to-findings = Skip to the findings
player = Player
player-play = Play
player-pause = Pause
player-back = Back 5 seconds
player-forward = Forward 5 seconds
player-previous = Previous finding
player-next = Next finding
player-speed = Speed
player-listen = Listen to
player-listen-all = Both channels
player-position = Position in the recording
player-zoom-in = Zoom in
player-zoom-out = Zoom out
player-zoom-fit = Show the whole call
player-no-audio = This page carries no audio; everything else is here.
player-audio-failed = The audio cannot be opened. It must lie beside this page: { $name }
player-noscript = The player needs JavaScript; transcript and findings can be read without it.
keys = Keyboard
keys-space = play or pause
keys-arrows = 5 s back or forward
keys-findings = next or previous finding
keys-zoom = zoom in or out
legend-turn = Turn
legend-interruption = Interruption
legend-attempt = Attempt to interrupt
legend-backchannel = Listening signal
legend-turn_change = Change of turn
legend-silence = Silence
legend-music = Music on hold
legend-ring = Ringing
legend-finding = Finding
transcript = Transcript
transcript-follow = Follow the sound
transcript-empty = No word was recognised.
transcript-low = Word heard with low confidence ({ $probability }%)
transcript-silence = Silence, { $seconds }
transcript-music = Music on hold, { $seconds }
transcript-ring = { $rings ->
    [one] One ring
   *[other] { $rings } rings
  }
transcript-interruption = { $by } interrupts for { $seconds }
transcript-interruption-yielded = { $by } interrupts for { $seconds }; the other person stops
transcript-attempt = { $by } tries to take the floor and gives way
findings = Findings
findings-attention = To review
findings-attention-none = Nothing to review in this call.
findings-steps = Steps of the protocol
findings-steps-met = { $met } of { $of } met
findings-not-judged = This call has been analysed and not judged by a protocol yet.
finding-go = Go to { $at }
finding-heard = Heard
finding-also = Also at
finding-measured = Measured
finding-limit = Limit
finding-searched = Searched from { $start } to { $end }
finding-nearest = Nearest thing said
finding-nearest-none = nothing like it
finding-confidence = confidence { $confidence }%
finding-whole-call = Whole call
measures = Measures
measures-note = The light band is what is allowed; the mark is what was measured.
measures-within = within the limit
measures-beyond = beyond the limit
measures-no-limit = for information
measures-unmeasured = Not measurable
transport = Telephone line
score-explained = How the score is made
score-sum = { $points } of { $of } points = { $score } out of 100
score-sum-penalty = { $points } of { $of } points = { $percent }; less a penalty of { $penalty } = { $score } out of 100
score-penalty = Penalty
score-left-out = Left out of the sum
score-points = Points
score-item = Item
score-nothing = There is nothing to score in this call.
made-with = What made this analysis
made-timbre = Timbre
made-transcriber = Transcriber
made-model_sha256 = Model (SHA-256)
made-speech_detector = Speech detector
made-language = Language
made-protocol = Protocol
made-protocol_extends = Protocol that it extends
made-protocol_sha256 = Protocol (SHA-256)
made-rules_sha256 = Rules (SHA-256)
made-config_sha256 = Configuration (SHA-256)
made-recording = Recording
made-recording_sha256 = Recording (SHA-256)
made-dropped_words = Words dropped
made-note = The same recording with the same rules always gives the same result. No emotions are inferred.
notes = Limits of this analysis

### Call page: what was captured

fact-outcome = Outcome
fact-ended_by = Ended by
outcome-answered = Answered
outcome-abandoned = Abandoned
outcome-failed = Not connected
call-signalling = How the call went
call-source = By { $source }
captured-sip = its SIP signalling
captured-siprec = the recording client (SIPREC)
captured-soundcard = the sound card
captured-capture_file = the SIP signalling in a capture
delay-none = The signalling does not tell how long the waiting was.
delay-post_dial_delay_s = Post-dial delay
delay-post_dial_delay_s-is = from the call (INVITE) to the first sign of the other end (18x)
delay-ring_to_answer_s = Ring to answer
delay-ring_to_answer_s-is = from the ringing (180, or 183 with sound) to the answer (200)
delay-answer_delay_s = Answer delay
delay-answer_delay_s-is = from the call (INVITE) to the answer (200)
delay-ring_to_abandon_s = Ring to abandonment
delay-ring_to_abandon_s-is = from the ringing to the caller's giving up
moments = Moments
moments-none = Nobody signalled any.
moment-leg = leg { $leg }
moment-begun = Called
moment-ringing = Ringing
moment-early_media = Sound before the answer
moment-answered = Answered
moment-answered-by = Answered ({ $by })
moment-held = On hold
moment-held-by = Put on hold ({ $by })
moment-resumed = Resumed
moment-resumed-by = Resumed ({ $by })
moment-transferred = Transferred
moment-transferred-by = Transferred ({ $by })
moment-joined = Joined with another conversation
moment-digit = { $count ->
    [one] One key pressed; which is not kept
   *[other] { $count } keys pressed; which are not kept
  }
moment-codec_changed = Codec changed
moment-source_lost = Capture lost
moment-source_back = Capture back
moment-ended = Ended
moment-ended-by = Hung up ({ $by })
moment-abandoned = Given up
moment-abandoned-by = Given up ({ $by })
moment-failed = Not connected
moment-failed-by = Not connected ({ $by })
patches = Sound that did not arrive
patches-none = All sound in the recording is sound that arrived.
patches-concealed = { $party }: { $seconds } made up where packets were lost, in { $places ->
    [one] one place
   *[other] { $places } places
  }
patches-missing = { $party }: { $seconds } of silence where nothing was captured, in { $places ->
    [one] one place
   *[other] { $places } places
  }
legend-held = On hold
legend-concealed = Sound made up
legend-missing = Sound missing
legend-moment = Moment of the call
call-note-encrypted = The sound was encrypted (SRTP) and no key was at hand: its packets were measured, and it cannot be heard. Record it by SIPREC, or at the exchange.
transport-note = Up to the point of capture. R and MOS are estimated from the packets; they do not measure the sound.
transport-direction = { $party } · { $codec }
transport-codec-unknown = unknown codec
packets-packets = Packets received
packets-lost = Lost
packets-duplicated = Duplicated
packets-reordered = Reordered
packets-discarded-fixed_60_ms = Too late for a buffer of 60 ms
packets-discarded-fixed_200_ms = Too late for a buffer of 200 ms
packets-discarded-adaptive = Too late for an adaptive buffer
packets-jitter_max_ms = Highest jitter
packets-burst_ratio = Loss in bursts (1: none)
packets-burst_density = Loss within bursts
packets-gap_density = Loss outside bursts
packets-clock_drift_ppm = Drift of the sender's clock
unit-ppm = ppm
assumed = What the R factor rests on
assumed-model = E-model of ITU-T G.107, narrowband: 93.2 is the best.
assumed-model-wideband = E-model of ITU-T G.107.1, wideband: it goes to 129 and is not to be compared with the narrowband one.
assumed-delay-not_known = Nobody measured the delay, so none is counted.
assumed-delay-rtcp = Delay of { $delay } ms mouth to ear: { $network_delay } of network, measured by RTCP; { $buffer_delay } of buffer; { $packet_and_lookahead } of codec.
assumed-delay-assumed = Delay of { $delay } ms mouth to ear: { $network_delay } of network, assumed in the configuration; { $buffer_delay } of buffer; { $packet_and_lookahead } of codec.
assumed-buffer = The listener is assumed to have { $buffer }.
buffer-fixed_60_ms = a fixed buffer of 60 ms
buffer-fixed_200_ms = a fixed buffer of 200 ms
buffer-adaptive = an adaptive buffer
assumed-loss = { $loss }% of the packets are lost or discarded, with a burst ratio of { $bursts }.
assumed-row = Codec by G.113: { $row } (Ie { $ie }, Bpl { $bpl }).
assumed-row-no_bpl = Codec by G.113: { $row } (Ie { $ie }; no Bpl published).
impairment-g_711_without_concealment = G.711 without concealment
impairment-g_711_with_appendix_i_concealment = G.711 with concealment (appendix I)
impairment-g_729a_with_voice_activity_detection = G.729A with voice activity detection
impairment-g_723_1_at_6_3_kbit_s_with_voice_activity_detection = G.723.1 at 6.3 kbit/s with voice activity detection
impairment-gsm_enhanced_full_rate = GSM enhanced full rate
impairment-gsm_full_rate = GSM full rate
impairment-g_722_at_64_kbit_s = G.722 at 64 kbit/s
assumed-concealment = The listener is assumed to make up for lost packets.
assumed-no_concealment = The listener is assumed not to make up for lost packets.
assumed-provisional = This codec's values are those known to the trade; they were not read in G.113 itself.
assumed-beyond_validity = Delay or loss are beyond what the model is valid for: the figure is not certain.
assumed-streams = R is that of the longest stream, of { $streams } that followed each other.

### Agent page

agent-title = Feedback on your call
agent-lead = Listen to the moments of this call: first what you did well, then what you can improve.
agent-well = What you did well
agent-well-none = No step of this call could be confirmed with its moment.
agent-improve = What you can improve
agent-improve-none = There is nothing to improve by the protocol. Thank you for your work.
agent-listen = Listen at { $at }
agent-listen-nearest = Listen to the nearest thing, { $at }
agent-stop = Stop
agent-next-time = Next time
agent-heard = Heard
agent-searched = Searched from { $start } to { $end } and not found.
agent-measured = Measured: { $measured }. Limit: { $limit }.
agent-unsure = What could not be assessed
agent-unsure-note = It counts neither for you nor against you.
agent-line = About the line, not about you
agent-line-note = This does not depend on you and does not count against you. We mention it in case you noticed.
agent-score = Score of this call
agent-foot = Only this call is assessed. If you disagree with anything, tell your supervisor: a person always decides.
agent-times = { $count ->
    [one] once
   *[other] { $count } times
  }

### Index page

index-title = Analysed calls
index-summary = { $calls ->
    [one] 1 call
   *[other] { $calls } calls
  }
index-calls = Calls
index-flagged = Flagged
index-failed = Failed
index-median-score = Median score
index-audio = Time recorded
index-filter = Filter
index-filter-text = Search by file, agent or queue
index-filter-agent = Agent
index-filter-flag = Flag
index-filter-state = State
index-filter-any = All
index-filter-clear = Clear filters
index-shown = { $shown } of { $of } calls
index-empty = No call matches the filter.
index-file = File
index-agent = Agent
index-queue = Queue
index-started = Started
index-duration = Duration
index-score = Score
index-flags = Flags
index-state = State
index-feedback = For the agent
index-scores = Distribution of the score
index-scores-note = Calls by band of 10 points
index-scores-none = without a score: { $count }
index-flags-plot = Flags by kind
index-flags-note = Calls with each flag
index-flags-none = No call is flagged.
index-steps-plot = Steps of the protocol
index-steps-note = Met, of the calls in which it could be judged
index-steps-count = { $met } of { $judged }
index-steps-left-out = { $count ->
    [one] 1 not evaluable or not applicable
   *[other] { $count } not evaluable or not applicable
  }
index-nothing = No calls have been analysed.
index-made = Made with Timbre. Nothing leaves this machine.

### Words not kept

dropped-outside_speech = outside detected speech
dropped-repetition = repetitions
dropped-word_rate = impossible rate

### Command line

cli-help = Timbre measures, transcribes and judges customer-service calls. Nothing leaves this machine.
cli-examples = Example:  timbre analyse recordings/ --out report
cli-error = Error:
cli-interrupted = Interrupted. What was done is kept: the same command goes on from there.
cli-option-config = Configuration file; without it TIMBRE_CONFIG, ./config.toml or the user's own.
cli-option-language = Language of the texts: es or en.
cli-option-as_json = Write the result as JSON on standard output.
cli-option-help = Show this help.
cli-option-install_completion = Install completion for this shell.
cli-option-show_completion = Show completion, to copy or adapt it.
cli-option-name = Name of the model; without it, the configured one.
cli-option-folder = Folder with the files of a model that you trust.
cli-option-out = Folder for the results.
cli-analyse-help = Analyse recordings: measure, transcribe, judge and write the reports.
cli-analyse-examples = Examples:

    timbre analyse call.wav

    timbre analyse recordings/ --out report --jobs 2

    timbre analyse recordings/ --json > summary.json

    Status: 0 all analysed, 1 some failed, 2 wrong usage or configuration.
cli-analyse-paths = Recordings, or folders, which are searched whole.
cli-analyse-jobs = Processes at once; by default the configured number.
cli-analyse-agent_channel = The agent's channel, left or right, over the configuration.
cli-analyse-retry = Try again what failed before.
cli-judge-help = Judge what was analysed again after a change of rules, without the sound, and say what changed and why.
cli-judge-examples = Example:  timbre judge --since 2026-11-01 --queue support
cli-config-help = Check or show the configuration.
cli-config-check-help = Name every mistake of the configuration at once, with its line.
cli-config-check-file = File to check; without it, the one that the other commands would use.
cli-config-show-help = Show every key, its value and where it comes from. Passwords are not shown.
cli-protocol-help = The service protocol: make your own, check it, try it, compare it, explain a verdict.
cli-protocol-check-help = Name every mistake of a protocol at once, with its line; without any, what is in it and what to look at.
cli-protocol-check-file = The protocol's TOML file.
cli-protocol-show-help = Show the steps that calls are judged by, or how one of them is said.
cli-model-help = Speech models: which there are, fetch them, check them.
cli-model-list-help = Show the models that are known and which are here; * is the configured one.
cli-model-fetch-help = Bring a model from the first source that has it and check every byte.
cli-model-fetch-examples = Example:  timbre model fetch small
cli-model-verify-help = Read every byte of a model and compare it with its SHA-256.
cli-model-pin-help = Write the configuration that pins the bytes of a model of your own.
cli-doctor-help = Look whether this machine is ready and say how to mend what is missing.
cli-originals-help = Show a stored call with its personal data, to those who may see it, and record the look.
cli-originals-call = The recording's id, as in its document.
cli-version-help = Show the versions of Timbre and of what its figures depend on.

origin-default = default
origin-file = file

config-environment = the environment
config-no_file = the defaults (there is no file)
config-fine = Configuration correct: { $file }
config-mistakes = { $count ->
    [one] There is a mistake in the configuration of { $file }:
   *[other] There are { $count } mistakes in the configuration of { $file }:
  }
config-line = line { $line }
config-unknown = there is no such key; "timbre config show" shows them all
config-unknown_meant = there is no such key. Did you mean { $meant }?
config-whole_number = must be a whole number, and is { $given }
config-number = must be a number, and is { $given }
config-boolean = must be true or false, and is { $given }
config-text = must be text in quotes, and is { $given }
config-list = must be a list in brackets, and is { $given }
config-table = must be a table with keys of its own, and is { $given }
config-choice = must be { $expected }, and is { $given }
config-at_least = must be at least { $limit }, and is { $given }
config-at_most = must be at most { $limit }, and is { $given }
config-between = must be between { $low } and { $high }, and is { $given }
config-order = is { $given } and may not pass { $other }, which is { $limit }
config-too_long = is over the size allowed ({ $limit })
config-pattern = does not have the form { $expected }: { $given }
config-other = { $problem } ({ $given })
config-unreadable = the file cannot be read: { $problem }
config-too_large = the file has over { $limit } bytes, or a line over { $line } characters: is it a configuration?
config-syntax = this is not TOML: { $problem }

protocol-fine = Protocol correct: { $file } ({ $name } { $version }, { $steps } steps, { $violations } violations)
protocol-step = Step
protocol-phase = Phase
protocol-points = Points
protocol-condition = Condition
phase-opening = opening
phase-development = development
phase-close = close
phase-any = whole call

model-name = Model
model-size = Size
model-state = State
model-where = Folder
model-state-ready = ready
model-state-absent = not here
model-state-damaged = damaged
model-fetching = Fetching the model { $name } ({ $source })
model-ready = Model { $name } ready in { $folder }
model-verified = Model { $name } checked byte by byte in { $folder } (SHA-256 { $sha256 })
model-ways = Ways to have the model:
    1. with a network: timbre model fetch { $name }
    2. without: copy the model's folder to this machine and set model_path in [transcriber]
    3. install the packages that carry it beside Timbre with pip (see docs/operations.md)
    4. another model: model in [transcriber]; "timbre model list" shows them

source-cache = the cache
source-installed = installed packages
source-package = package index
source-hub = model hub
reason-source_unavailable = the source is not available
reason-package_not_installed = they are not installed
reason-package_none = no package carries it
reason-hub_none = the hub does not have it
reason-hub_offline = HF_HUB_OFFLINE is set
reason-no_answer = it did not answer
reason-io_error = disk error
reason-model_damaged = The speech model's files are not those expected
reason-model_unpinned = Neither this model nor its bytes are known: pin them with "timbre model pin FOLDER" in [transcriber.model_files]
reason-model_unloadable = The speech model cannot be loaded

doctor-fine = fine
doctor-limited = limited
doctor-broken = broken
doctor-check-model = Speech model
doctor-check-voices = Voice model
doctor-check-protocol = Protocol
doctor-check-database = Database
doctor-check-disk_out = Disk of results
doctor-check-disk_cache = Disk of models
doctor-check-disk_temporary = Temporary disk
doctor-check-sound_card = Sound card
doctor-check-capture = Capture rights
doctor-mend-model_missing = Fetch it: timbre model fetch { $name }
doctor-mend-model_damaged = Fetch it anew: timbre model fetch { $name }
doctor-mend-model_unpinned = Pin its bytes: timbre model pin FOLDER, and copy the result into config.toml
doctor-mend-voices = Only to tell apart the two speakers of a mono recording: timbre model fetch voices
doctor-mend-protocol = See all its mistakes: timbre protocol check { $file }
doctor-mend-database = Mend url in [database], or give this user rights on the file and its folder.
doctor-mend-folder = This user cannot write in { $folder }: change the rights or the folder.
doctor-mend-disk = There is little room in { $folder }: free some.
doctor-mend-pyaudio = Only to record from a sound card: sudo apt-get install portaudio19-dev gcc python3-dev
    and then: .venv/bin/python -m pip install --require-hashes -r requirements-soundcard.lock
doctor-mend-sound_card = There is no sound input: connect one, or add the user to the group audio (sudo usermod -aG audio USER).
doctor-mend-capture = Only to capture SIP calls off the network: sudo setcap cap_net_raw+ep PATH_OF_PYTHON, or a service with AmbientCapabilities=CAP_NET_RAW.
doctor-mend-capture_platform = Capturing SIP calls off the network needs Linux.

batch-progress = Analysing
batch-line = Call { $count } of { $all } analysed
batch-finding = Looking for recordings
batch-call = Call
batch-agent = Agent
batch-score = Score
batch-flags = Flags
batch-no_flags = none
batch-summary = { $done ->
    [one] 1 call analysed
   *[other] { $done } calls analysed
  }{ $unchanged ->
    [0] {""}
   *[other] , { $unchanged } unchanged since the last time
  }{ $failed ->
    [0] {""}
   *[other] , { $failed } failed
  }{ $skipped ->
    [0] {""}
   *[other] , { $skipped } skipped
  }.
batch-empty = There are no recordings in: { $paths }
batch-written = Documents and pages in { $folder } (open { $page })
batch-renamed = { $name } is written as { $written }: another recording has the same name.
judge-summary = { $judged ->
    [one] 1 call judged
   *[other] { $judged } calls judged
  }, { $changed ->
    [0] none changes
    [one] 1 changes
   *[other] { $changed } change
  }.
judge-score = score { $before } → { $after }
judge-step = { $name }: { $before } → { $after }
judge-flag_added = new flag: { $name }
judge-flag_gone = flag gone: { $name }
judge-violation_added = new violation: { $name }
judge-violation_gone = violation gone: { $name }
judge-none = not judged
judge-why = because of: { $causes }
judge-cause_limit = limit { $id }: { $before } → { $after }
judge-cause_protocol = protocol { $before } → { $after }
judge-cause_centre = the names of the centre
judge-cause_program = a new version of the program
judge-cause_first = a first verdict

### Database

reason-store_read_only = There is no permission to write the database.
reason-store_busy = Another program keeps the database busy.
reason-store_full = There is no space left for the database.
reason-store_damaged = The database is damaged, or the file is not a database.

### capture: daemon and live calls

cli-capture-help = Record calls as they happen, from SIP audio or the sound card, until stopped (Ctrl+C or SIGTERM).
cli-capture-examples = Examples:

    timbre capture --interface eth1

    timbre capture --source siprec --config centre.toml

    What is recorded waits in the queue; "timbre run", here or on another machine with the same database, analyses it.
cli-capture-source = What to capture, over capture.sources of the configuration; may be given several times.
cli-capture-interface = Interface of the mirror port; the same as --source interface with its name.
cli-run-help = Record calls and analyse each as soon as it ends, until stopped. SIGHUP reads the configuration again.
cli-run-examples = Example:  timbre run --interface eth1 --out reports
cli-run-source = What to capture, over capture.sources of the configuration; may be given several times.
cli-run-interface = Interface of the mirror port; the same as --source interface with its name.
cli-calls-help = Show the calls that a running daemon captures now: state, ring time, talk and silence.
cli-calls-examples = Examples:

    timbre calls

    timbre calls --watch
cli-calls-watch = Again every second until Ctrl+C, or once.
capture-no-sources = nothing to capture: name an interface (--interface eth1), a source (--source siprec) or set sources under [capture] in the configuration
capture-running = Capturing { $sources }. How it goes: { $address }
capture-stopped = Stopped. All calls are finished.
capture-stopped-unfinished = Stopped before all was on the disk. The next start finishes what is left.
calls-title = { $count ->
    [0] No live calls
    [one] One live call
   *[other] { $count } live calls
  }
calls-call = Call
calls-state = State
calls-length = Length
calls-ring = Rang
calls-agent-talk = Agent talked
calls-customer-talk = Customer talked
calls-silent = Silent for
calls-agent = Agent
calls-stage-begun = called
calls-stage-ringing = ringing
calls-stage-early_media = early media
calls-stage-answered = talking
calls-stage-held = on hold
calls-stage-ended = ended
reason-daemon_away = No daemon answers. Start "timbre capture" or "timbre run", or set [daemon] as that one has it.
reason-source_down = A source is not being captured.
reason-analysis_stopped = Analysis stands still.
reason-daemon_address_taken = The address for the daemon's state cannot be had: stop the program that has it (perhaps another daemon), or change host and port in [daemon].
reason-packets_dropped = Packets or sound were dropped before they could be recorded, within the last minute.
reason-pages_not_written = The pages could not be written.
reason-no_sound = no sound was captured of this call
reason-no_calls = no calls were found in the capture

### capture: devices and marks

cli-devices-help = List the sound inputs of this machine, or show their levels.
cli-devices-examples = Examples:  timbre devices
    timbre devices --meter --device "USB Headset"
    timbre devices --meter --seconds 3 --json
cli-devices-device = Only this input: its name or an unambiguous part of it. May be given several times.
cli-devices-seconds = Show levels for so many seconds; without it, until Ctrl+C (with --json, one second).
cli-devices-meter = Show how loud the inputs are now.
devices-name = Input
devices-host_api = System
devices-channels = Channels
devices-rate = Own rate (Hz)
devices-rates = Rates that it takes (Hz)
devices-channel = Channel
devices-meter = −60 to 0 dBov
devices-level = Level
devices-peak = Peak
devices-clipping = Clipping
devices-clipped = CLIPPED
devices-no_sound = gives no sound
devices-refused = cannot be opened: is another program using it?
devices-none = This machine has no sound inputs.
cli-mark-help = Say when a call that the sound card records begins, ends or must not be recorded.
cli-mark-examples = Example:  TIMBRE_MARKS_TOKEN=… timbre mark start --agent ana --caller 600000000
cli-mark-start-help = A call begins; one that is still open ends.
cli-mark-end-help = The call ends.
cli-mark-pause-help = Stop recording, for instance while a card number is said.
cli-mark-resume-help = Record again.
cli-mark-start-agent = Who answers the call.
cli-mark-start-caller = Number that calls.
cli-mark-start-callee = Number called.
cli-option-url = Address of the program that captures; without it, that of the configuration.
mark-start = The call has begun.
mark-end = The call has ended.
mark-pause = Nothing is being recorded.
mark-resume = Recording again.
reason-device_refused = The sound device cannot be used.
reason-device_absent = There is no such sound device.
reason-device_ambiguous = Several sound devices fit that name.
reason-device_not_stereo = The sound device is not stereo.
reason-device_lost = The sound device was disconnected.
reason-soundcard_library = PyAudio, which reads sound devices, is missing.
reason-marks_token_missing = The token for marking calls is missing.
reason-marks_address_taken = The address for marking calls cannot be used.
reason-marks_refused = The program that captures did not accept the mark.
reason-marks_away = The program that captures does not answer.
reason-overrun = The machine did not read the sound in time and some was lost.
reason-no_callbacks = The sound device gave no sound.
reason-paused = Recording was paused.
reason-marked = The softphone ended the call.
reason-silence = Nobody had been heard for a long time.
reason-busy_tone = The line gave the busy tone.
reason-dial_tone = The line gave the dial tone.
reason-limit = The call reached the longest length allowed.
reason-source_ended = Sound stopped coming.

### capture: reconcile

cli-reconcile-help = Compare an exchange's call detail records with the calls that were kept. Ends with 1 where something is missing.
cli-reconcile-examples = Examples:

    timbre reconcile --cdr Master.csv

    timbre reconcile --cdr cdr.csv --cdr queue_log recordings/ --json
cli-reconcile-cdr = Call detail records: Asterisk's Master.csv or queue_log, FreePBX's export, FreeSWITCH's JSON or XML, rtpengine's metadata. May be given several times.
cli-reconcile-paths = Folders or files with the recordings; without any, the calls captured here.
reconcile-finding = What
reconcile-started = Started
reconcile-talk = Talk
reconcile-recorded = Recorded
reconcile-call = Call
reconcile-kind-unrecorded = no recording
reconcile-kind-unlisted = recording of no call
reconcile-kind-differing = lengths differ
reconcile-summary = { $matched ->
    [one] 1 call has its recording
   *[other] { $matched } calls have their recording
  }; { $unrecorded } without a recording, { $unlisted } recordings of no call, { $differing } of another length.
reconcile-unreadable = { $count ->
    [one] 1 row could not be read.
   *[other] { $count } rows could not be read.
  }
reason-cdr_unreadable = The call detail records cannot be read.
reason-end_not_signalled = The end of the call was not signalled.
reason-no_signalling = There was sound without signalling: when it rang and who called is not known.
reason-beginning_not_seen = The capture began in the middle of the call.
reason-no_media = No sound was seen of this call.
reason-consultation = Talk apart before a transfer.

### capture: recording to the disk

reason-repaired = Recording was cut short by a failure of this machine or program, and the call was finished afterwards.
reason-disk_full = The disk was full.
reason-disk_reserve = The disk was nearly full: new calls were not recorded.
reason-disk_low = The disk is filling up: analysis waits.
reason-disk_read_only = The disk could not be written to.
reason-disk_error = The disk failed.
reason-disk_failing = The disk fails.
reason-disk_slow = The disk was too slow.
reason-too_many_files = The system allows no more open files.
reason-came_late = Sound from before the recording's beginning came too late to be put there.
reason-wrong_clock = The clock of the sound cannot be right.

### capture: packets and capture files

reason-not_capture = The file is not a packet capture (pcap or pcapng).
reason-no_capture_permission = There is no permission to capture from the network interface; the log says how to give it.
reason-interface_missing = The network interface is not there or is down.
reason-interface_lost = The network interface went away.
reason-filter_invalid = The capture filter is not valid.
reason-capture_unavailable = Live capture needs pcapy-ng, which is not installed.
reason-hep_version = HEP version 1 or 2 is not supported: set the sender to version 3.
reason-not_hep = The message is not HEP.
reason-hep_malformed = The HEP message is malformed.
reason-metadata_unreadable = The file is not the metadata of an rtpengine recording.
reason-too_big = The packed file unpacks to more than is allowed; what came before was read.
reason-ring_overrun = Ring files were overwritten before they were read: make the ring bigger.

### capture: recording server (SIPREC)

reason-siprec_metadata_unreadable = The metadata that the recording client sent cannot be read.
reason-offer_not_acceptable = The recording client offered no sound that can be recorded.
reason-rtp_ports_used_up = No RTP port is free: widen capture.siprec.rtp_ports.
reason-not_acknowledged = The recording client did not confirm the session.
reason-session_expired = The recording client stopped refreshing the session.
reason-signalling_unreadable = A signalling message cannot be read.

### capture: messages of SIP and their session descriptions

reason-sip_malformed = A SIP message is malformed.
reason-sip_too_large = A SIP message is too large or has too many headers.
reason-sip_truncated = A SIP message is incomplete.
reason-sip_start_line = The first line of a message is none of SIP 2.0.
reason-sip_request_uri = The Request-URI of a SIP message is malformed.
reason-sip_header = A SIP message has a line that is no header.
reason-sip_header_missing = A SIP message lacks a mandatory header.
reason-sip_header_repeated = A SIP message repeats a header that may be there only once.
reason-sip_address = An address in a SIP message is malformed.
reason-sip_list = A list in a SIP message is malformed or too long.
reason-sip_cseq = The CSeq of a SIP message is malformed.
reason-sip_via = The Via of a SIP message is malformed.
reason-sip_call_id = The Call-ID of a SIP message is malformed.
reason-sip_content_length = The length that a SIP message declares is no number.
reason-sdp_malformed = The session description (SDP) is malformed.
reason-sdp_too_large = The session description (SDP) is too large.

### capture: sound and packets of a call

reason-lost = Packets were lost: look at the network up to the point of capture, and at whether the mirror port keeps up.
reason-codec_unknown = The codec is not known or cannot be decoded: set the exchange to G.711, G.722, G.729 or Opus.
reason-rtp_malformed = An RTP packet is malformed.
reason-transferred = The call was transferred and went on in another.
reason-no_published_impairment = No values of this codec are published for the E-model (G.113): the R factor cannot be estimated.
reason-no_published_loss_robustness = How this codec bears loss (Bpl) is not published, and there was loss: the R factor cannot be estimated.
reason-unknown_codec = Which codec was used is not known: its signalling was not captured or does not tell.
reason-no_packets = No packet of this voice was captured.
reason-folder_in_use = Another program records in this folder already: stop it, or give this one another in capture.folder.
reason-folder_unwritable = The folder of the recordings cannot be written to: change its rights, or capture.folder.

### Personal data

personal-card = card
personal-iban = IBAN
personal-account = account
personal-dni = DNI
personal-nie = NIE
personal-curp = CURP
personal-rfc = RFC
personal-cedula = cédula
personal-rut = RUT
personal-cuit = CUIT
personal-ruc = RUC
personal-phone = telephone
personal-email = e-mail
personal-title = Personal data
personal-sound = in the sound too
personal-shown = not hidden
originals-who = The account { $user } is not among those that may. The configuration names them: [personal_data] originals_users and originals_groups.
originals-recorded = This look is recorded in { $file }.
reason-originals_refused = You may not see the original of this call.
reason-originals_unknown = No stored call has that id; it stands in the document and in the output of timbre judge.
reason-originals_unrecorded = The look cannot be recorded, so nothing is shown.

### A protocol of your own

cli-protocol-examples = Where to start:  timbre protocol new my-centre
cli-protocol-check-examples = Example:  timbre protocol check my-centre.toml
cli-protocol-show-examples = Examples:  timbre protocol show · timbre protocol show greeting · timbre protocol show my-centre.toml greeting
cli-protocol-show-protocol = A file, or the name of a shipped protocol; without it, the configured one.
cli-protocol-show-entry = Id of a step, violation or condition.
cli-protocol-new-help = Write a protocol to start from: only what differs from another, with two examples explained.
cli-protocol-new-examples = Examples:  timbre protocol new my-centre · timbre protocol new campaign --from my-centre.toml
cli-protocol-new-name = Name of the protocol; its file is called likewise.
cli-protocol-new-base = The protocol to start from: the name of a shipped one or a file.
cli-protocol-new-copy = Copy the whole protocol instead of extending it.
cli-protocol-new-out = File to write.
cli-protocol-new-force = Overwrite the file where it is there already.
cli-protocol-diff-help = Tell what two protocols say differently, by meaning: steps, points, phrases, words. Ends with 0 where they judge alike and with 1 where not.
cli-protocol-diff-examples = Example:  timbre protocol diff telephone-service-es my-centre.toml
cli-protocol-diff-before = A file, or the name of a shipped protocol.
cli-protocol-diff-after = The other.
cli-protocol-test-help = Try a protocol on the stored calls, writing nothing: who would change, in what, and by which words.
cli-protocol-test-examples = Examples:  timbre protocol test my-centre.toml --since 2026-11-01 --agent 104 · timbre protocol test my-centre.toml --sentences sentences.jsonl
cli-protocol-test-protocol = File of the protocol to try, or the name of a shipped one.
cli-protocol-test-against = What to compare with; without it, the configured protocol.
cli-protocol-test-sentences = Labelled sentences (one a line, JSON) instead of calls: precision and recall of each step.
cli-protocol-test-calls = How many of the calls that change most are shown.
cli-protocol-explain-help = Explain why a stored call got its verdict on a step or violation; without an id, all in short.
cli-protocol-explain-examples = Examples:  timbre protocol explain call.wav greeting · timbre protocol explain report/call.json
cli-protocol-explain-call = Id of the recording, name of its file, or a JSON document.
cli-protocol-explain-entry = Id of a step or violation.
cli-protocol-explain-protocol = The protocol to explain by; without it, the configured one.
cli-option-agent = Only calls of this agent.
cli-option-queue = Only calls of this queue.
cli-option-since = Only calls from this day (or day and time) on.
cli-option-until = Only calls before this day (or day and time).
cli-option-batch = Only calls of this batch.
cli-option-flagged = Only those that are flagged, or only those that are not.
protocol-id = Id
protocol-share = Share
protocol-edition = { $name } · digest { $digest }
protocol-edition_extending = { $name }, which extends { $bases } · digest { $digest }
protocol-warnings = { $count ->
    [0] Nothing to look at.
    [one] 1 thing to look at:
   *[other] { $count } things to look at:
  }
protocol-doubt_covered = { $id }: the phrase "{ $pattern }" never counts: the near miss "{ $other }" always explains it.
protocol-doubt_taken = { $id }: the phrase "{ $pattern }" also counts for { $other }.
protocol-doubt_weightless = { $id }: it has no points; it is shown and not scored.
protocol-doubt_list_unused = The list of words { $id } is used in no phrase.
protocol-doubt_list_empty = The list of words { $id } is empty: phrases that use it never count.
protocol-doubt_condition_unused = No step depends on the condition { $id }.
protocol-exists = { $file } is there already: choose another with --out, or overwrite it with --force
protocol-written = Written: { $file }. Now:
    1. Edit it: each part is explained in it.
    2. Check it:                timbre protocol check { $file }
    3. See who would change:    timbre protocol test { $file }
    4. See what it changes:     timbre protocol diff { $base } { $file }
    5. Put it in config.toml:   [protocol] file = "{ $file }"
    6. Judge what is stored:    timbre judge
diff-step = Step { $name } ({ $id })
diff-violation = Violation { $name } ({ $id })
diff-condition = Condition { $name }
diff-measure = Measure { $name } ({ $id })
diff-speakers = Phrases that tell the speakers apart
diff-words = List of words { $name }
diff-protocol = Protocol
diff-new = + { $subject }
diff-gone = − { $subject }
diff-summary = { $count ->
    [0] They judge alike.
    [one] 1 difference.
   *[other] { $count } differences.
  }
trial-progress = Judging
trial-sentences_progress = Sentences
trial-changes = What changes
trial-agents = Agents
trial-scores = Scores (calls)
trial-step = Step or violation
trial-before = Before
trial-after = After
trial-before_calls = Before
trial-after_calls = After
trial-calls = Calls
trial-agent = Agent
trial-changed = Changed
trial-mean = Mean
trial-median = Median
trial-score = Points
trial-call = { $file }  ({ $id }, agent { $agent })  score { $scores }
trial-summary = { $calls ->
    [one] 1 call
   *[other] { $calls } calls
  }; { $changed ->
    [0] none would change
    [one] 1 would change
   *[other] { $changed } would change
  }. Nothing was written.
sentences-step = Step or violation
sentences-right = Right
sentences-wrong = Wrong
sentences-missed = Missed
sentences-precision = Precision
sentences-recall = Recall
sentences-total = Total
sentences-misses = { $count ->
    [0] All as labelled.
    [one] 1 is not as labelled:
   *[other] { $count } are not as labelled:
  }
sentences-missed_one = { $id }  { $name } missed: { $text }
sentences-wrong_one = { $id }  { $name } is wrong, by "{ $quote }": { $text }
explain-step = Step or violation
explain-verdict = Verdict
explain-place = Time
explain-words = Words
explain-why = Why
explain-found = Heard
explain-not_found = Not heard
explain-confidence_short = confidence { $confidence }
explain-judged_otherwise = The stored verdict is of other rules: { $name }. Here it is explained by the protocol above.
explain-stored_verdict = The stored verdict says: { $verdict }
explain-searched = Searched in: { $phase }, { $span }
explain-no_window = The call does not have the part in which this counts.
explain-measured = { $name }: { $value } (limit { $limit })
explain-measured_at = Measured at { $span }
explain-condition_holds = The condition { $id } holds:
explain-condition_fails = The condition { $id } does not hold: without it, absence does not count.
explain-heard = Heard "{ $quote }" ({ $party }, { $place })
explain-nearest = The nearest that was heard, and what it lacks:
explain-did_not_count = Also heard, and does not count:
explain-nearest_clause = The nearest that was heard: "{ $quote }" ({ $place })
explain-pattern = Phrase of the protocol: { $pattern }
explain-expected = Expected
explain-heard_word = Heard
explain-missing_word = (missing)
explain-likeness = Likeness
explain-probability = Certainty
explain-confidence_phrase = Confidence { $confidence } (at least { $limit }) = likeness { $score } × how surely the words were heard { $probability }
explain-confidence_form = Confidence { $confidence } (at least { $limit }); found not by a phrase but by the form of the words
explain-lacks_likeness = sounds too little alike: { $value }, and { $limit } is needed
explain-lacks_probability = was heard too unsurely: { $value }, and { $limit } is needed
explain-lacks_confidence = has too little confidence: { $value }, and { $limit } is needed
explain-lacks_missing = missing: { $text }
explain-lacks_sign = the sign { $text } does not hold (start or end of a turn, a pause, or a question)
explain-lacks_near_miss = the near miss "{ $text }" explains it, by the phrase { $pattern }
explain-lacks_window = was said in another part of the call
explain-lacks_party = the customer said it
explain-lacks_excused = "{ $text }" excuses it, by the phrase { $pattern }
reason-sentences_invalid = The file of sentences has mistakes.
reason-call_unknown = No call is stored under that id or file name.
reason-call_ambiguous = Several calls are stored under that name: give the id of one.
explain-others = And { $count ->
    [one] 1 more violation, not heard
   *[other] { $count } more violations, not heard
  }.

mistake-meant = { $problem }: did you mean '{ $meant }'?
mistake-inherited = { $name } (inherited)
mistake-no_key = there is no such key
mistake-needs_base = `{ $key }` needs something inherited: name it with `extends` at the top
mistake-key_missing = this key is missing: add it
mistake-choice = must be { $expected }
mistake-at_least = must be greater than or equal to { $limit }
mistake-more_than = must be greater than { $limit }
mistake-at_most = must be less than or equal to { $limit }
mistake-id = must fit the pattern of ids: small letters without accents, figures and "_", a letter first
mistake-too_many = it has more than { $limit }
mistake-too_few = it must have at least { $limit }
mistake-text = must be a text in quotes
mistake-number = must be a number
mistake-boolean = must be true or false
mistake-write_list = write a list: ["…", "…"]
mistake-other = { $problem }
mistake-twice = '{ $id }' is there twice: rename or remove one
mistake-step_unsaid = it says neither how it is said nor which fact it is: add `said` or `fact`
mistake-condition_unsaid = it says neither what is said nor which fact holds: add `said` or `fact`
mistake-violation_unsaid = it says neither what is said nor how it is found: add `said` or `spoken`
mistake-unknown = there is no '{ $name }'
mistake-not_one_of = there is no '{ $name }': there are { $names }
mistake-list_of_ids = write a list of ids: without = ["jargon"]
mistake-ambiguous = '{ $id }' is the id of more than one: write one of { $ways }
mistake-not_inherited = nothing that is inherited has the id '{ $id }'
mistake-new_entry = '{ $id }' is new, so there is nothing to add to: write `{ $key }`
mistake-no_list_to_add = there is no list '{ $name }' to add to
mistake-no_word = it can match without any word: make one word obligatory
mistake-too_large = it is too large: split it, or shorten its lists
mistake-too_long = it has { $count } characters, at most { $limit } are read: split it
mistake-too_deep = it is nested more than { $limit } deep: flatten it (does a list name itself?)
mistake-closes_nothing = '{ $sign }' closes nothing
mistake-sign_missing = '{ $sign }' is missing
mistake-nothing = there is nothing where words are expected
mistake-means_nothing = '{ $sign }' means nothing here
mistake-gap_range = '{ $gap }' is out of range: a gap is 1 to { $limit } words
mistake-no_list = there is no list '{ $name }'
mistake-no_slot = there is no slot <{ $slot }>: the slots are { $slots }
mistake-not_shipped = no protocol '{ $name }' comes with this version; there are { $names }
mistake-too_big = it has over { $limit } bytes: is it a protocol?
mistake-unreadable = it cannot be read: { $why }
mistake-not_utf8 = it is not UTF-8 at byte { $byte }: save it as UTF-8
mistake-syntax = it is no TOML: { $why }
mistake-one_name = write one name: extends = "{ $name }"
mistake-same_folder = '{ $name }' must be the name of a file in the same folder
mistake-circle = '{ $name }' extends this one, or more than { $limit } stand one on the other
mistake-elsewhere = it must lie in the folder of the new file: { $folder }
mistake-no_sentences = it has no sentences
mistake-sentence = { $problem }
explain-condition_short = its condition did not come about: { $id }
explain-nearest_short = only the nearest
explain-confidence_model = Confidence { $confidence } (at least { $limit }); found by the sentence model and not by a phrase of the protocol
explain-lacks_overruled = the sentence model takes it for something else: certainty { $value }, and { $limit } is needed
