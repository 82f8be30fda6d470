# ruff: noqa: RUF001 - words of other alphabets
"""The words by which `[First Name]`, `[Bestellnummer]` and `[お客様名]` are known for placeholders."""

_FIELDS = """
name firstname lastname fullname surname forename username nickname initials company date amount
ordernumber orderid ticketnumber ticketid invoicenumber trackingnumber customername companyname agentname
vorname nachname familienname kundenname firmenname mitarbeitername benutzername produktname agentenname
firma datum betrag
bestellnummer auftragsnummer rechnungsnummer ticketnummer vorgangsnummer kundennummer sendungsnummer
vertragsnummer
trackingnummer ansprechpartner kundin kunde
prénom prenom nom société entreprise montant
nombre apellido apellidos fecha importe empresa
nome sobrenome apelido cognome azienda importo
naam voornaam achternaam klantnaam bedrijfsnaam bedrijf bestelnummer ordernummer factuurnummer
klantnummer bedrag
namn förnamn efternamn kundnamn företag belopp ordrenummer kundnummer fakturanummer
navn fornavn efternavn etternavn kundenavn dato beløb beløp virksomhed bedrift
imię imie nazwisko kwota firmy
jméno příjmení částka meno priezvisko
nimi etunimi sukunimi tilausnumero asiakasnumero päivämäärä yritys
név keresztnév vezetéknév ügyfélnév rendelésszám dátum összeg
nume prenume sumă
isim ismi soyad soyadı soyadınız adınız müşteri tarih tutar
ime prezime
όνομα επώνυμο ονοματεπώνυμο ημερομηνία ποσό
имя фамилия фио отчество дата сумма компания ім'я прізвище име фамилия
お名前 名前 氏名 お客様名 顧客名 担当者名 ご担当者名 会社名 貴社名 注文番号
ご注文番号 問い合わせ番号 日付 金額 商品名
姓名 名字 您的姓名 您的名字 客户姓名
客户名称 客戶姓名 客戶名稱 公司名称 公司名稱 订单号 訂單號 订单编号 日期 金额 金額 产品名称
이름 성함 고객명 회사명 담당자명 주문번호 날짜 금액
الاسم اسم التاريخ المبلغ השם שם תאריך
"""

_OTHERS = """
number no nr id code reference ref link url address email phone telephone title role position department
team time item
product plan month year day deadline reason details topic subject issue signature shop store brand
website city country mail n nº
nummer adresse mail telefon titel rolle abteilung uhrzeit produkt grund thema unterschrift anrede betreff
numéro numero adresse téléphone titre poste produit heure raison signature objet
número correo dirección teléfono producto hora motivo firma asunto enlace cargo data valor endereço
telefone assunto produto
indirizzo telefono prodotto ora ordine oggetto
numer adres telefon produkt zamówienia zgłoszenia stanowisko data číslo objednávky номер заказа ad
"""

_AROUND = """
the your my our their his her customer customers client clients contact contacts user users agent agents
recipient sender
requester order ticket case invoice tracking account support first last full company product job business
payment insert
enter add fill put type specific relevant here in of to for and or s if new current delivery shipping due
preferred family
ihr ihre ihren ihres dein deine des der die das den kunden kundin agent hier einfügen einsetzen eintragen
vollständiger
bitte ergänzen und oder
votre ton ta vos du de la le l client agent commande entreprise insérer ici et complet société facture
su tu el los cliente agente pedido insertar aquí y del completo empresa
seu sua do da cliente atendente inserir aqui e o il tuo suo della dell nome ordine inserire qui azienda
uw je jouw de het van klant medewerker invoegen hier ditt din dit kundens agentens infoga här indsæt sett
inn her
twoje twój pani pana klienta wstaw tutaj vaše zákazníka vložte ваше ваш клиента вставьте введите номер и
buraya girin müşteri sipariş numarası numaranız
고객 고객님 주문 번호 العميل الطلب رقم
i a och og et замовлення
"""

_TELLING = """
your customer client contact user agent order ticket case invoice tracking account company insert
ihr ihre ihren dein deine kunden einfügen einsetzen eintragen votre insérer su tu cliente pedido
insertar seu sua inserir inserire tuo suo uw klant invoegen din ditt infoga indsæt wstaw klienta vložte
ваш вставьте введите заказа замовлення zamówienia zgłoszenia objednávky commande
"""

_ALONE = """
product time day month year deadline phone email e-mail address url website city country reason topic
produkt uhrzeit telefon adresse tag monat frist grund produit heure téléphone jour raison producto hora teléfono
día dirección motivo produto telefone endereço prodotto telefono indirizzo ora giorno product tijd telefoon adres
"""

_OWNERS = """
contact customer client user agent ticket order invoice company account conversation recipient sender requester
lead person visitor organization organisation team case kunde kundin cliente
"""

FIELDS = frozenset(_FIELDS.split())
"""What is filled in, told by the word alone."""

WITH_FIELDS = frozenset(_OTHERS.split()) | frozenset(_AROUND.split())
"""What may stand beside such a word."""

TOLD = frozenset(_OTHERS.split())
"""What is filled in where one of `TELLING` stands beside it."""

TELLING = frozenset(_TELLING.split())
"""What tells that the rest is filled in."""

ALONE = frozenset(_ALONE.split())
"""What is filled in where nothing else stands in the brackets."""

OWNERS = frozenset(_OWNERS.split())
"""Whose fields there are: `{contact:name}`."""
